import type { Request } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';

/** Whom a request came from. Of IPv6 the network: its owner has more addresses than we have memory. */
export const addressOf = ({ ip }: Request): string => (ip === undefined ? 'unknown' : ipKeyGenerator(ip));
