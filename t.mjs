import { LagMonitor } from './observability/lag/lag-monitor.ts'
import { declaredGroups } from './observability/lag/declared-groups.ts'
const profile={name:'local',bootstrapServers:['127.0.0.1:29000'],tls:false,registry:{url:'http://127.0.0.1:29002'}}
let t=performance.now(); const lap=(n)=>{const x=performance.now();console.log(n,Math.round(x-t));t=x}
const m = new LagMonitor(profile,'lag',declaredGroups)
await m.look(); lap('look1'); await m.look(); lap('look2'); await m.close(); lap('close')
