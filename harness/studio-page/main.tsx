import { render } from 'preact'
import '@xterm/xterm/css/xterm.css'
import './base.css'
import './layout.css'
import './notices.css'
import './lesson.css'
import './claims.css'
import './map.css'
import './shells.css'
import { App } from './app.tsx'
import { connect } from './connection.ts'

connect()
render(<App />, document.body)
