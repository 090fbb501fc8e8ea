/** Bytes of a body. A batch and endpoint 2 take more, and stay below the 6 MB that a Lambda function takes in all. */
export const MAX_BODY_BYTES = 1024 * 1024;
export const MAX_BATCH_BODY_BYTES = 4 * 1024 * 1024;

/** What `Retry-After` says where we cannot know better. */
export const RETRY_AFTER_MS = 2_000;
/** Longer than any probe should take, shorter than a load balancer waits. */
export const READINESS_TIMEOUT_MS = 5_000;

/** Open event streams of a process, and of one caller of it. */
export const MAX_STREAMS = 256;
export const MAX_STREAMS_OF_A_CALLER = 32;
