import { json } from '../../answer.ts';
import { presentSigner } from '../../present/signer.ts';
import { route } from '../../route.ts';
import { signersAnswer } from '../../schemas/answers.ts';

export const listSigners = route({
  part: 'admin',
  method: 'GET',
  path: '/v1/admin/signers',
  who: 'viewer',
  name: 'listSigners',
  summary: 'List the signers',
  description: 'With balance, nonces, what is in flight, and gaps.',
  answers: { 200: { description: 'All signers.', schema: signersAnswer } },
  handle: async ({ views }) => json(200, { items: (await views.signers()).map(presentSigner) }),
});
