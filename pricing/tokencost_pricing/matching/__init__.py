"""From the name a log or a person uses to one model of one provider. Never fuzzy.

Within a provider the levels are, in this order:

    id         the id itself
    alias      another name of the same model
    floating   a pointer such as `gpt-5-chat-latest`, where it points on the day of the call
    prefix     a listed beginning, which itself ends in `-`, `@`, `:` or `/`
    pattern    a fully anchored regular expression
    snapshot   an id or alias followed by a date within the model's life
    inherited  a host that charges the maker's price, by an anchored pattern
    variant    an end by which a router is asked for the same model in another way (`:nitro`)
    bare       the name that the maker or others give it, at a host that writes it otherwise

Where nothing says who bills, a name is tried behind the prefix of a channel (`azure/`, `models/`),
then at the makers, then at the hosts that state it as a name of theirs alone. A name that is
only the name of weights is ambiguous, however few of their hosts the table has. Names that are
merely near are for messages.
"""
