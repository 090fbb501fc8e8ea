import type { RequestHandler, Response } from 'express';
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
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        upgradeInsecureRequests: null,
      },
    },
  });
  const overHttps = helmet.strictTransportSecurity();
  return (request, response, next) => {
    const last = (error?: unknown) => {
      if (error === undefined && request.secure) overHttps(request, response, next);
      else next(error);
    };
    if (request.url.startsWith('/v1/')) {
      forData(response);
      last();
    } else {
      all(request, response, last);
    }
  };
}

/** No page: what a browser could make of it is said in two lines, and it is sent too often to say more. */
function forData(response: Response): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
}
