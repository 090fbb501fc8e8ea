import type { AuditView } from '../../../../application/ports/views.ts';
import { iso } from './time.ts';

export const presentAudit = ({ id, at, actor, action, transactionId, reason, detail, requestId }: AuditView) => ({
  id,
  at: iso(at),
  actor,
  action,
  transactionId,
  reason,
  detail,
  requestId,
});
