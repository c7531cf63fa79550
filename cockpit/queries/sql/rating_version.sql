-- One row per version of the rules that a month was rated by.
select
    name,
    content,
from rating_version
order by effective_from
