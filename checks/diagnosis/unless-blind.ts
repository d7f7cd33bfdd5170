export { unlessBlind } from '../../harness/look/unless-blind.ts'
