import { content } from '../../answer.ts';
import { route } from '../../route.ts';

const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';

export const metrics = route({
  part: 'operations',
  method: 'GET',
  path: '/metrics',
  who: 'anyone',
  name: 'metrics',
  summary: 'Figures for Prometheus',
  answers: { 200: { description: "Prometheus' text format.", contentType: 'text/plain' } },
  handle: async ({ metricsText }) => content(200, PROMETHEUS, await metricsText()),
});
