/**
 * Set by the build: `false` in what `npm start` runs, `true` in test builds. Running from source it does not exist, so ask for it by `typeof` first:
 * `if (typeof __FAILPOINTS__ !== 'undefined' && __FAILPOINTS__) …` is removed from a production build altogether.
 */
declare const __FAILPOINTS__: boolean | undefined;
