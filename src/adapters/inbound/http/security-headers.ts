import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Pages load from here alone. HSTS only over https (RFC 6797, 7.2), and no upgrade of what is asked for: on a plain laptop there is no https.
 * `styleHashes`: inline style sheets of our own pages.
 */
export function securityHeaders(styleHashes: readonly string[]): RequestHandler {
  const all = helmet({
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", ...styleHashes.map((hash) => `'${hash}'`)],
        imgSrc: ["'self'", 'data:'],
        upgradeInsecureRequests: null,
      },
    },
  });
  const overHttps = helmet.strictTransportSecurity();
  return (request, response, next) => {
    all(request, response, (error?: unknown) => {
      if (error !== undefined || !request.secure) next(error);
      else overHttps(request, response, next);
    });
  };
}
