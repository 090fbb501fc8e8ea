import { pageAnswer } from '../../page/page-answer.ts';
import { presentAudit } from '../../present/audit.ts';
import { route } from '../../route.ts';
import { auditEntry } from '../../schemas/answers.ts';
import { pageQuery } from '../../schemas/lists.ts';
import { pageOf } from '../../schemas/transaction.ts';

export const listAudit = route({
  part: 'admin',
  method: 'GET',
  path: '/v1/admin/audit',
  who: 'viewer',
  name: 'listAudit',
  summary: 'Who did what',
  query: pageQuery,
  answers: { 200: { description: 'A page, newest first.', schema: pageOf(auditEntry) } },
  handle: ({ views, cursors }, { query }) =>
    pageAnswer(cursors, ['admin/audit'], query, (limit, after) => views.audit(limit, after?.id ?? null), presentAudit),
});
