import type { Command } from 'commander'

/** The width of the help texts in the document. Fixed, so that the document does not depend on the terminal. */
export const WIDTH = 100

/**
 * The reference of all commands as Markdown: a table of contents, and for each command the output of `--help`.
 * @param program the command line with all its commands
 */
export function commandsDocument(program: Command): string {
  const verbs = leavesOf(program)
  const contents = verbs.map(
    (verb) => `| [\`${nameOf(verb)}\`](#${anchorOf(verb)}) | ${cell(verb.description())} |`,
  )
  const sections = verbs.map((verb) => `## ${nameOf(verb)}\n\n\`\`\`\n${helpOf(verb)}\n\`\`\``)
  return `${[
    '# Commands',
    'Generated from the program by `npm run docs`; a test fails when the file is out of date. In a clone, run `npx playstream`; after `npm link`, `playstream` works in any folder.',
    `Every command accepts \`--profile <name>\`, which selects the cluster. Results go to standard output, everything else to standard error. ${exitCodesOf(program)}`,
    `| command | what it does |\n| --- | --- |\n${contents.join('\n')}`,
    ...sections,
  ].join('\n\n')}\n`
}

/** The commands that do something. Groups only contain other commands. */
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
  // The introduction explains the global options once.
  const at = lines.indexOf('Global Options:')
  const end = at < 0 ? -1 : lines.findIndex((line, index) => index > at && line === '')
  if (at >= 0) lines.splice(at - 1, end < 0 ? lines.length : end - at + 1)
  return lines.join('\n').trimEnd()
}

/** The output of `--help`, including the text after the options. */
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
