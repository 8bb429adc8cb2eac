// What the host must have: Node, Java and Maven. Plain JavaScript in old syntax, because this file must run on a Node that is
// too old for everything else, to say so.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export const MINIMUM = { node: 20, java: 17 }

const INSTALL = {
  node: {
    'Debian/Ubuntu': 'sudo apt-get install nodejs npm   # Debian 13, Ubuntu 25.04 or later',
    Fedora: 'sudo dnf install nodejs npm',
    macOS: 'brew install node',
  },
  java: {
    'Debian/Ubuntu': 'sudo apt-get install openjdk-17-jre-headless',
    Fedora: 'sudo dnf install java-latest-openjdk-headless',
    macOS: 'brew install openjdk && export JAVA_HOME="$(brew --prefix openjdk)"',
  },
  javac: {
    'Debian/Ubuntu': 'sudo apt-get install openjdk-17-jdk-headless',
    Fedora: 'sudo dnf install java-latest-openjdk-devel',
    macOS: 'brew install openjdk && export JAVA_HOME="$(brew --prefix openjdk)"',
  },
  maven: {
    'Debian/Ubuntu': 'sudo apt-get install maven',
    Fedora: 'sudo dnf install maven',
    macOS: 'brew install maven',
  },
}

/**
 * The `java` to run: the one in JAVA_HOME if that is set, else the first on the PATH.
 * @returns {string}
 */
export function javaCommand() {
  return ofJava('java')
}

/**
 * The compiler that belongs to it.
 * @returns {string}
 */
export function javacCommand() {
  return ofJava('javac')
}

/**
 * The archiver that belongs to it.
 * @returns {string}
 */
export function jarCommand() {
  return ofJava('jar')
}

/** @param {string} command */
function ofJava(command) {
  const home = process.env['JAVA_HOME']
  return home ? join(home, 'bin', command) : command
}

/**
 * The first line of the output of `command args` that matches `pattern`, as the first captured group.
 * @param {string} command
 * @param {string[]} args
 * @param {RegExp} pattern
 * @returns {string | undefined} undefined if the command is missing or no line matches
 */
function versionOf(command, args, pattern) {
  const run = spawnSync(command, args, { encoding: 'utf8', timeout: 20000 })
  if (run.error || run.status !== 0) return undefined
  const match = pattern.exec(`${run.stdout}${run.stderr}`)
  return match ? match[1] : undefined
}

/**
 * @param {string} what the missing thing, as a clause
 * @param {Record<string, string>} lines the install command by system
 */
function instruction(what, lines) {
  return [what]
    .concat(Object.keys(lines).map((system) => `    ${`${system}:`.padEnd(15)} ${lines[system]}`))
    .join('\n')
}

/** @returns {string[]} problems of the Node that runs this; empty if there are none */
export function missingNode() {
  const version = process.versions.node
  if (Number(version.split('.')[0]) >= MINIMUM.node) return []
  return [instruction(`Node ${MINIMUM.node} or later (this is ${version})`, INSTALL.node)]
}

/** @type {Record<string, string | undefined>} */
const builds = {}

/**
 * The version and build that the `java` to run prints; asked once per process.
 * @returns {string | undefined} undefined if it does not run
 */
export function javaBuild() {
  const command = javaCommand()
  if (!(command in builds)) builds[command] = versionOf(command, ['-version'], /^(\w+ version ".*\n.*)/m)
  return builds[command]
}

/** @returns {string[]} problems of the host's Java; empty if there are none */
export function missingJava() {
  const command = javaCommand()
  const build = javaBuild() || ''
  const [, version] = /version "(\d+)/.exec(build) || []
  if (version !== undefined && Number(version) >= MINIMUM.java) return []
  const found =
    version === undefined ? `no working '${command}' was found` : `'${command}' is Java ${version}`
  return [instruction(`Java ${MINIMUM.java} or later (${found})`, INSTALL.java)]
}

/** @returns {string[]} problems of the host's Java compiler; empty if there are none */
export function missingJavac() {
  const command = javacCommand()
  if (versionOf(command, ['-version'], /javac (\d+)/) !== undefined) return []
  return [instruction(`a Java compiler, for Flink (no working '${command}' was found)`, INSTALL.javac)]
}

/** @returns {string[]} problems of the host's Maven; empty if there are none */
export function missingMaven() {
  const version = versionOf('mvn', ['--version'], /Apache Maven (\S+)/)
  return version === undefined ? [instruction("Maven (no working 'mvn' was found)", INSTALL.maven)] : []
}

/**
 * One message for everything that is missing.
 * @param {string[]} missing what the functions above returned
 */
export function missingMessage(missing) {
  return `Playstream needs, and this machine lacks:\n${missing.map((entry) => `  - ${entry}`).join('\n')}\nNothing was installed or changed.`
}
