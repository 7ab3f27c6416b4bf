-- revenue of the partner program booked in the period, by region
SELECT region, sum(amount)::VARCHAR
FROM revenue
WHERE booked_on BETWEEN getvariable('first_day') AND getvariable('last_day')
GROUP BY region
ORDER BY region
