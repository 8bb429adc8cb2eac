/**
 * Reads an answer of JSON lines, and hands over each line as it comes.
 * @throws Error with the server's reason, or if the connection breaks; not if the signal is aborted
 */
export async function readLines<T>(
  address: string,
  onLine: (line: T) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const answer = await fetch(address, { signal })
    if (!answer.ok || !answer.body) {
      const { error } = (await answer.json().catch(() => ({}))) as { error?: string }
      throw new Error(error ?? `the server answered ${answer.status}`)
    }
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const lines = (text + value).split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) {
        const parsed = JSON.parse(line) as T & { error?: string }
        if (parsed.error !== undefined) throw new Error(parsed.error)
        onLine(parsed)
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
