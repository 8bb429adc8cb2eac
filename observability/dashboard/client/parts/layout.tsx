import { type ReactNode, useEffect } from 'react'

/** The head of a view. */
export function PageHead({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ReactNode
}): ReactNode {
  useEffect(() => {
    document.title = `${title} – Playstream`
  }, [title])
  return (
    <header className="page-head">
      <h1 tabIndex={-1}>{title}</h1>
      {children && <p className="soft">{children}</p>}
    </header>
  )
}

/** A titled part of a view. */
export function Card({
  title,
  aside,
  children,
  className = '',
}: {
  readonly title: string
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}): ReactNode {
  return (
    <section className={`card ${className}`}>
      <div className="card-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}

/** What stands where there is nothing yet, with the command that changes that. */
export function Empty({
  children,
  command,
}: {
  readonly children: ReactNode
  readonly command?: string
}): ReactNode {
  return (
    <div className="empty">
      <p>{children}</p>
      {command !== undefined && <code>{command}</code>}
    </div>
  )
}

/** A headline figure; a link where it leads somewhere. */
export function Figure({
  label,
  value,
  note,
  href,
  tone = 'plain',
}: {
  readonly label: string
  readonly value: string
  readonly note?: string
  readonly href?: string
  readonly tone?: 'plain' | 'good' | 'warn' | 'bad'
}): ReactNode {
  const content = (
    <>
      <span className="figure-label">{label}</span>
      <span className={`figure-value tone-${tone}`}>{value}</span>
      <span className="figure-note">{note ?? '\u00a0'}</span>
    </>
  )
  return href === undefined ? (
    <div className="figure">{content}</div>
  ) : (
    <a className="figure" href={href}>
      {content}
    </a>
  )
}
