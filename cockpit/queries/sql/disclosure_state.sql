-- One row per village between two codes and item of public disclosure, in the order of the list of items.
select
    region_code,
    item_code,
    published_on,
    due_on,
    state,
from disclosure_state
where region_code between $code_low and $code_high
order by region_code, item_code
