import type { IncomingMessage } from 'node:http';
import type { Answer } from '../answer.ts';
import type { Caller } from '../auth/caller.ts';
import { notSigned } from '../auth/webhook-signature.ts';
import { invalid, problemAnswer } from '../problem.ts';
import type { BodySpec } from '../route.ts';
import { fieldErrors } from '../schemas/issues.ts';
import { sentences } from '../schemas/sentences.ts';
import { contentTypeFault } from './content-type.ts';
import { parseJson } from './parse-json.ts';
import { readBody } from './read-body.ts';

export type BodyResult =
  | { readonly kind: 'valid'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly answer: Answer }
  | { readonly kind: 'aborted' };

const refused = (answer: Answer): BodyResult => ({ kind: 'refused', answer });

/** Reads, checks and normalises a body. A signature is over the bytes, so it is checked before anything is made of them. */
export function bodyReader({ schema, maxBytes, optional = false }: BodySpec<unknown>) {
  return async (request: IncomingMessage, caller: Caller): Promise<BodyResult> => {
    const body = await readBody(request, maxBytes);
    if (body.kind === 'aborted') return body;
    if (body.kind === 'tooLarge') return refused(problemAnswer('body_too_large'));
    if (caller.kind === 'signing side' && !caller.signed(body.bytes)) return refused(notSigned);
    if (optional && body.bytes.length === 0) return { kind: 'valid', value: undefined };

    const wrongType = contentTypeFault(request.headers);
    if (wrongType !== null) return refused(problemAnswer('unsupported_media_type', { detail: wrongType }));
    const parsed = parseJson(body.bytes);
    if (!parsed.ok) return refused(problemAnswer('malformed_json', { detail: parsed.detail }));
    const validated = schema.safeParse(parsed.value, { error: sentences });
    return validated.success
      ? { kind: 'valid', value: validated.data }
      : refused(invalid(fieldErrors(validated.error)));
  };
}
