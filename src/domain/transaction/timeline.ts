import { LIFECYCLE_EVENT_TYPES } from './event.ts';

/** Everything that a timeline tells of: the lifecycle's events, and entries that change no status. */
export const TIMELINE_TYPES = ['Accepted', ...LIFECYCLE_EVENT_TYPES, 'RetryScheduled', 'Closed'] as const;
export type TimelineType = (typeof TIMELINE_TYPES)[number];
