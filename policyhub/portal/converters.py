"""How the places of tiles are written in addresses: C2SP tlog-tiles."""

from __future__ import annotations

from policyhub.record.tiles import WIDTH


class TileNumber:
    """A tile's number in groups of three digits, all but the last after an x: 1234067 is `x001/x234/067`."""

    regex = r"(?:x\d{3}/){0,5}\d{3}"

    def to_python(self, value: str) -> int:
        number = int(value.replace("x", "").replace("/", ""))
        if self.to_url(number) != value:
            raise ValueError(value)
        return number

    def to_url(self, number: int) -> str:
        groups = [f"{number % 1000:03}"]
        while number := number // 1000:
            groups.append(f"x{number % 1000:03}")
        return "/".join(reversed(groups))


class TileWidth:
    """How many hashes of a tile that is not full: 1 to 255."""

    regex = r"[1-9]\d{0,2}"

    def to_python(self, value: str) -> int:
        if int(value) >= WIDTH:
            raise ValueError(value)
        return int(value)

    def to_url(self, width: int) -> str:
        return str(width)


class TileHeight:
    """The height of a tile: 0 to 7."""

    regex = r"[0-7]"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, height: int) -> str:
        return str(height)


class Digest:
    """SHA-256 as 64 small hexadecimal digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
