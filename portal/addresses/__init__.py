"""Addresses as people and companies write them: house numbers, published lists of streets, the way back into text."""

from portal.addresses.houses import House, Parity, Span
from portal.addresses.places import Place, Reading
from portal.addresses.reading import read
from portal.addresses.streets import Match, Streets

__all__ = ["House", "Match", "Parity", "Place", "Reading", "Span", "Streets", "read"]
