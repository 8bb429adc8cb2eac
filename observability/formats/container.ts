const NAME = /^[\w.-]{1,64} +\| /

/** A line without the name of its container, which `docker compose logs` puts before it: `ssh-1  | `. */
export function outsideContainer(line: string): string {
  const name = NAME.exec(line)
  return name ? line.slice(name[0].length) : line
}
