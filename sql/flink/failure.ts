/** The root cause in a Java stack trace: the message of its last exception. */
export function rootCause(trace: string): string {
  const lines = trace.split('\n')
  const starts = lines.flatMap((line, at) =>
    /^(?:Caused by: )?(?:[a-z_$][\w$]*\.)+[A-Z][\w$.]*(?:Exception|Error|Throwable)\b/.test(line.trimStart())
      ? [at]
      : [],
  )
  const from = starts.at(-1)
  if (from === undefined) return trace
  const message: string[] = []
  for (const line of lines.slice(from)) {
    if (/^\s+at |^\s*\.\.\. \d+ |^End of exception|^Was expecting/.test(line)) break
    message.push(line)
  }
  return message
    .join(' ')
    .trim()
    .replace(/^Caused by: /, '')
    .replace(/^(?:[a-z_$][\w$]*\.)+(?=[A-Z])/, '')
}
