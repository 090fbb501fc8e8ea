import type { Scenario } from '../scenario.ts';

/** The node does not answer what every lane asks first, so the sweeper finds rows that are due and not yet looked at. */
export const sweep: Scenario = {
  proxied: true,
  prepare: ({ proxy }) => {
    proxy?.rule(({ method }) => (method === 'eth_feeHistory' ? 'hold' : 'pass'));
  },
};
