import { createRoot } from 'react-dom/client'
import './main.css'
import { useEffect, useState } from 'react'
import type { ClusterState } from '../protocol.ts'

function Page() {
  const [state, setState] = useState<ClusterState>()
  useEffect(() => {
    const source = new EventSource('/api/stream')
    source.addEventListener('cluster', (event) => setState(JSON.parse(event.data)))
    return () => source.close()
  }, [])
  return <pre>{JSON.stringify(state, null, 1)}</pre>
}

const page = document.getElementById('page')
if (page) createRoot(page).render(<Page />)
