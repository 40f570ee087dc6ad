"""Sign-in through OpenID Connect providers: trips to them, and whom they tell of."""
