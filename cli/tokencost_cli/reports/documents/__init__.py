"""The JSON documents that commands write, each as a struct: the source of docs and schemas.

Rules: `Head` stands first in each; money is a decimal string; a field that does not apply is left
out (`UNSET`), one that is not known is null. `head_fields` fills the head from `Invocation.facts`:

    report = Report("tokencost.NAME/2", lambda: NameDocument(**head_fields(
        "tokencost.NAME/2", invocation.facts(), warnings), items=...), sections, warnings)
"""

from __future__ import annotations
