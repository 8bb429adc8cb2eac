const NAME = /^[\w.-]{1,64} +\| /

/** Removes the container name that `docker compose logs` puts before a line: `ssh-1  | `. */
export function outsideContainer(line: string): string {
  const name = NAME.exec(line)
  return name ? line.slice(name[0].length) : line
}
