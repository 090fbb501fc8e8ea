/** Where a test build can be killed. `<step>.beforeCommit` and `.afterCommit` stand round a commit of that step. */
export const FAILPOINTS = [
  'accept.beforeCommit',
  'accept.afterCommit',
  'relay.afterPublish',
  'reserve.afterCommit',
  'sign.beforeStore',
  'attempts.afterCommit',
  'endpoint2.beforeVerify',
  'validate.afterCommit',
  'send.before',
  'send.after',
  'settle.afterCommit',
  'block.afterRead',
  'cursor.beforeCommit',
  'cursor.afterCommit',
  'filler.afterCommit',
  'cancel.afterCommit',
  'retry.afterCommit',
  'sweep.afterWakeUp',
] as const;

export type FailpointName = (typeof FAILPOINTS)[number];
