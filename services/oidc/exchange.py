"""The two ends of a trip to one provider: the address to go to, and whom it tells of afterwards."""

from __future__ import annotations

from collections.abc import Callable
from secrets import compare_digest

from joserfc.jwk import KeySet

from services.errors import Forbidden, Unavailable
from services.gateway.provider import Answer, ProviderClient
from services.oidc.id_token import UnknownKey, read_id_token, read_keys
from services.oidc.models import Identity, Provider, Trip


class Exchange:
    """Asks one provider who somebody is. Methods raise Unavailable when it does not answer well.

    Args:
        now: Seconds since 1970.
    """

    def __init__(self, client: ProviderClient, *, now: Callable[[], float]) -> None:
        self._client = client
        self._now = now

    @property
    def provider(self) -> Provider:
        """The provider this is about."""
        return self._client.provider

    async def make_address(self, trip: Trip) -> str:
        """Where the browser goes to prove who it is."""
        return await self._client.make_address(trip)

    async def identify(self, trip: Trip, *, code: str, named: str | None) -> Identity:
        """Who came back.

        Args:
            trip: As it began.
            code: What the provider gave the browser.
            named: The issuer the answer names itself, if it does.

        Raises Forbidden when anything about the answer does not hold; nobody is known then.
        """
        await self._check_sender(named)
        answer = await self._client.exchange(code=code, trip=trip)
        try:
            return await self._read(answer, trip, look_again=False)
        except UnknownKey:
            pass
        try:
            return await self._read(answer, trip, look_again=True)
        except UnknownKey:
            raise Forbidden(
                "The provider's answer is signed with a key that it does not publish, so nobody "
                "was signed in. Please try again in a minute.",
                detail="id_token_key",
            ) from None

    async def _check_sender(self, named: str | None) -> None:
        """Lets nobody else's answer pass for this provider's (RFC 9207)."""
        if named is None and not await self._client.names_itself():
            return
        if named is None or not compare_digest(named.encode(), self.provider.issuer.encode()):
            raise Forbidden(
                "This answer came from another provider than the one you chose, so nobody was "
                "signed in. Please start again.",
                detail="answer_iss",
            )

    async def _read(self, answer: Answer, trip: Trip, *, look_again: bool) -> Identity:
        return read_id_token(
            answer.id_token,
            provider=self.provider,
            keys=await self._get_keys(look_again=look_again),
            nonce=trip.nonce,
            access_token=answer.access_token,
            now=int(self._now()),
        )

    async def _get_keys(self, *, look_again: bool) -> KeySet:
        keys = read_keys(await self._client.get_keys(look_again=look_again))
        if keys is None:
            raise Unavailable(detail="provider_keys")
        return keys
