import { Component, type ReactNode } from 'react'
import { Empty } from '../parts/layout.tsx'

interface Props {
  readonly children: ReactNode
}

interface State {
  readonly error: Error | undefined
}

/** Keeps an error of one view from taking the page with it: the navigation and the other views stay. */
export class ViewBoundary extends Component<Props, State> {
  override state: State = { error: undefined }

  static getDerivedStateFromError(error: Error): State {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <Empty>
        This view failed: {error.message}{' '}
        <button type="button" onClick={() => this.setState({ error: undefined })}>
          Try again
        </button>
      </Empty>
    )
  }
}
