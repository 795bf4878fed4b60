"""Ed25519 with the standard library alone: RFC 8032, 5.1. For programs that verify offline, and for witnesses.

It is slow (about 3 ms), and its time depends on the values that it is given. Checking sees nothing secret. Signing
does: a witness signs once in minutes, on a machine of its own. The record's signer does not use it.
"""

from __future__ import annotations

import hashlib

Point = tuple[int, int, int, int]

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, P) % P
_ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def check_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message is this key's; False for anything malformed."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _decompress(public), _decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return _equal(_multiply(scalar, _BASE), _add(commitment, _multiply(challenge, key)))


def public_key(seed: bytes) -> bytes:
    """The 32 bytes that check what this seed of 32 bytes signs."""
    scalar, _ = _expanded(seed)
    return _compress(_multiply(scalar, _BASE))


def sign_ed25519(seed: bytes, message: bytes) -> bytes:
    """The 64 bytes of the signature over the message."""
    scalar, prefix = _expanded(seed)
    public = _compress(_multiply(scalar, _BASE))
    nonce = _reduced(prefix + message)
    commitment = _compress(_multiply(nonce, _BASE))
    answer = (nonce + _reduced(commitment + public + message) * scalar) % ORDER
    return commitment + answer.to_bytes(32, "little")


def _expanded(seed: bytes) -> tuple[int, bytes]:
    if len(seed) != 32:
        raise ValueError("a seed has 32 bytes")
    hashed = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(hashed[:32], "little") & ((1 << 254) - 8) | 1 << 254
    return scalar, hashed[32:]


def _reduced(data: bytes) -> int:
    return int.from_bytes(hashlib.sha512(data).digest(), "little") % ORDER


def _compress(point: Point) -> bytes:
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * _D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _multiply(scalar: int, point: Point) -> Point:
    product: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            product = _add(product, point)
        point = _add(point, point)
        scalar >>= 1
    return product


def _equal(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (one[1] * other[2] - other[1] * one[2]) % P == 0


def _decompress(data: bytes) -> Point | None:
    """The point behind 32 bytes; None when there is none, or the bytes are not its one form."""
    encoded = int.from_bytes(data, "little")
    sign, y = encoded >> 255, encoded & ((1 << 255) - 1)
    x = _recover(y, sign) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def _recover(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * _ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def _base_point() -> Point:
    y = 4 * pow(5, -1, P) % P
    x = _recover(y, 0)
    if x is None:
        raise AssertionError("the base point is on the curve")
    return x, y, 1, x * y % P


_BASE = _base_point()
