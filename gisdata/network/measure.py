"""Distances on the globe and a flat picture of it in which the nearest road is the nearest.

Degrees in, metres out; the sphere is OSMnx's, so that lengths agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_009.0
_LARGEST_LAT = 89.0


def great_circle_m(
    lon: NDArray[np.float64], lat: NDArray[np.float64], other_lon: NDArray[np.float64], other_lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return great-circle distances between pairs of points.

    Parameters
    ----------
    lon, lat, other_lon, other_lat : ndarray, shape (n,)
        Degrees, WGS 84 (EPSG:4326).

    Returns
    -------
    ndarray, shape (n,)
        Metres on a sphere of radius 6 371 009 m.

    References
    ----------
    Sinnott (1984), "Virtues of the Haversine", Sky & Telescope 68(2), 159.

    Examples
    --------
    >>> zero, one = np.array([0.0]), np.array([1.0])
    >>> great_circle_m(zero, zero, one, zero).round(0)
    array([111195.])
    """
    lam, phi, other_lam, other_phi = map(np.radians, (lon, lat, other_lon, other_lat))
    half = np.sin((other_phi - phi) / 2) ** 2 + np.cos(phi) * np.cos(other_phi) * np.sin((other_lam - lam) / 2) ** 2
    distance: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distance


def to_flat(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Mercator coordinates: angles are kept, so in any small neighbourhood the nearest stays the nearest.

    Parameters
    ----------
    places : ndarray, shape (n, 2)
        Longitude and latitude, degrees.

    Returns
    -------
    ndarray, shape (n, 2)
        Metres at the equator; elsewhere multiply by the cosine of the latitude.
    """
    lam, phi = np.radians(places[:, 0]), np.radians(np.clip(places[:, 1], -_LARGEST_LAT, _LARGEST_LAT))
    return EARTH_RADIUS_M * np.stack([lam, np.arcsinh(np.tan(phi))], axis=1)


def to_degrees(flat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return longitude and latitude of Mercator coordinates.

    Parameters
    ----------
    flat : ndarray, shape (n, 2)
        From `to_flat`.

    Returns
    -------
    ndarray, shape (n, 2)
        Degrees.

    Examples
    --------
    >>> to_degrees(to_flat(np.array([[114.3, 30.6]]))).round(9)
    array([[114.3,  30.6]])
    """
    x, y = flat.T / EARTH_RADIUS_M
    places: NDArray[np.float64] = np.degrees(np.stack([x, np.arctan(np.sinh(y))], axis=1))
    return places
