"""Sends one payment and follows it to its end. Python 3.9 or newer, nothing else.

    URL=http://127.0.0.1:3000 KEY=tb_... python3 client.py ORDER TO WEI

ORDER names the payment: run again with the same one, it is still made once. Prints "ID STATUS".
"""

import http.client
import json
import os
import random
import sys
import time
import urllib.error
import urllib.request

URL = os.environ.get("URL", "http://127.0.0.1:3000")
KEY = os.environ["KEY"]
# The first wait is anything up to this, each later one up to twice the one before.
BASE_S = float(os.environ.get("BASE_MS", "500")) / 1000
CAP_S = float(os.environ.get("CAP_MS", "30000")) / 1000
MOST_TRIES = int(os.environ.get("MOST_TRIES", "10"))
# A gateway cuts at 30 s: what took longer has to be asked again anyway.
TIMEOUT_S = float(os.environ.get("TIMEOUT_S", "30"))
POLL_S = float(os.environ.get("POLL_S", "2"))


class Refused(Exception):
    """A request that must not be sent again as it is."""


def worth_another_try(status):
    return status in (408, 429) or status >= 500


def pause(tries, retry_after_s):
    """Full jitter, on top of what Retry-After asks for."""
    time.sleep(retry_after_s + random.uniform(0, min(CAP_S, BASE_S * 2**tries)))


def call(method, path, body=None, headers=None):
    """Time-outs, broken connections, 408, 429 and any 5xx are tried again; no other 4xx is."""
    tries = 0
    while True:
        tries += 1
        retry_after_s = 0
        request = urllib.request.Request(
            URL + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **(headers or {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            if not worth_another_try(error.code):
                raise Refused(f"{error.code} {text}") from None
            trouble = f"{error.code} {text}"
            after = error.headers.get("Retry-After", "0")
            retry_after_s = int(after) if after.isdigit() else 0
        except (OSError, http.client.HTTPException, ValueError) as error:
            # No answer, or half of one: whether it arrived is not known, and the key makes that harmless.
            trouble = repr(error)
        if tries >= MOST_TRIES:
            raise RuntimeError(f"gave up after {tries} tries: {trouble}")
        pause(tries, retry_after_s)


def submit(order, payment):
    """The same `order` with the same payment is the same transaction, however often this is called."""
    return call("POST", "/v1/transactions", payment, {"Idempotency-Key": order})


def follow(transaction_id):
    """At `failed` an operator has to look: until one did, it is neither paid nor may it be paid in another way."""
    while True:
        transaction = call("GET", f"/v1/transactions/{transaction_id}")
        if transaction["status"] in ("confirmed", "reverted", "cancelled", "expired", "failed"):
            return transaction
        time.sleep(POLL_S)


if __name__ == "__main__":
    order, to, wei = sys.argv[1:4]
    end = follow(submit(order, {"to": to, "value": wei})["id"])
    print(end["id"], end["status"])
    if end["failure"]:
        print(end["failure"]["message"], file=sys.stderr)
    sys.exit(0 if end["status"] == "confirmed" else 1)
