import { createRoot } from 'react-dom/client'
import '../../../web/client/theme.css'
import './parts/parts.css'
import { Shell } from './shell/shell.tsx'

const page = document.getElementById('page')
if (page) createRoot(page).render(<Shell />)
