import type { Command } from 'commander'

/** The width of the help texts in the document, whatever the terminal. */
const WIDTH = 100

/**
 * The reference of all verbs as Markdown: a table of contents, and for each verb the text that `--help` prints.
 * @param program the command line with all its verbs
 */
export function commandsDocument(program: Command): string {
  const verbs = leavesOf(program)
  const contents = verbs.map(
    (verb) => `| [\`${nameOf(verb)}\`](#${anchorOf(verb)}) | ${cell(verb.description())} |`,
  )
  const sections = verbs.map((verb) => `## ${nameOf(verb)}\n\n\`\`\`\n${helpOf(verb)}\n\`\`\``)
  return `${[
    '# Commands',
    'Derived from the program by `npm run docs`; a test fails while the two differ. `npx playstream` runs it from a clone; after `npm link` it is `playstream` everywhere.',
    `Every verb takes \`--profile <name>\`. Results go to standard output, everything else to standard error. ${exitCodesOf(program)}`,
    `| verb | what it does |\n| --- | --- |\n${contents.join('\n')}`,
    ...sections,
  ].join('\n\n')}\n`
}

/** The commands that do something: groups only hold others. */
function leavesOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf)
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name()
}

function anchorOf(command: Command): string {
  return nameOf(command).replaceAll(' ', '-')
}

function exitCodesOf(program: Command): string {
  const line = textOf(program)
    .split('\n')
    .find((one) => one.startsWith('Exit codes:'))
  if (line === undefined) throw new Error('the help of playstream does not list its exit codes')
  return line
}

function helpOf(command: Command): string {
  const lines = textOf(command).trimEnd().split('\n')
  // The options of the whole program are the same everywhere.
  const at = lines.indexOf('Global Options:')
  const end = at < 0 ? -1 : lines.findIndex((line, index) => index > at && line === '')
  if (at >= 0) lines.splice(at - 1, end < 0 ? lines.length : end - at + 1)
  return lines.join('\n').trimEnd()
}

/** What `--help` prints, with the texts behind the options. */
function textOf(command: Command): string {
  let text = ''
  const { writeOut, getOutHelpWidth } = command.configureOutput()
  command.configureOutput({
    writeOut: (part) => {
      text += part
    },
    getOutHelpWidth: () => WIDTH,
  })
  command.outputHelp()
  command.configureOutput({ ...(writeOut && { writeOut }), ...(getOutHelpWidth && { getOutHelpWidth }) })
  return text
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
