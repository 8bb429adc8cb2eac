import { catalog } from '../../catalog/catalog.ts'
import { lineageOf } from '../../catalog/lineage.ts'
import { mainFlow } from './main-flow.ts'
import { declaredMermaid } from './mermaid.ts'
import { unseenLineage } from './seen-lineage.ts'

const BEGIN = '<!-- architecture: derived from catalog/ by npm run docs -->'
const END = '<!-- end of architecture -->'

/**
 * A page with its picture of the architecture replaced by the catalog's.
 * @throws Error for a page without the two marks of the picture
 */
export function withArchitecture(page: string): string {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`the page lacks the marks '${BEGIN}' and '${END}'`)
  const picture = declaredMermaid(mainFlow(unseenLineage(lineageOf(catalog))))
  return `${page.slice(0, begin)}${BEGIN}\n\`\`\`mermaid\n${picture}\n\`\`\`\n${page.slice(end)}`
}
