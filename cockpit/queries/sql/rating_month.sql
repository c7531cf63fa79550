-- One row per rated month.
select distinct month,
from rating
order by month
