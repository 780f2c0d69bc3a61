-- Casts of semantics.md in SQL, from (JSON kind, text) to canonical text; NULL = does not fit. No number is rounded.

-- A JSON number as digits without zeros at either end and a power of ten.
CREATE MACRO mantissa(t) AS regexp_replace(regexp_extract(t, '^-?([0-9.]+)', 1), '\.', '');
CREATE MACRO digits(t) AS trim(mantissa(t), '0');
CREATE MACRO power(t) AS
  coalesce(try_cast(nullif(regexp_extract(lower(t), 'e([+-]?[0-9]+)$', 1), '') AS BIGINT), 0)
  - length(regexp_extract(t, '\.([0-9]+)', 1))
  + length(mantissa(t)) - length(rtrim(mantissa(t), '0'));
CREATE MACRO is_number(t) AS regexp_full_match(t, '-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?');
CREATE MACRO is_plain(t) AS regexp_full_match(t, '-?[0-9]+(\.[0-9]+)?');

-- Fixed point with `places` decimals and at most `wholes` digits before the point, `shift` places moved to the left.
CREATE MACRO unscaled(t, places, shift) AS lpad(
  digits(t) || repeat('0', (power(t) + places + shift)::BIGINT),
  greatest(length(digits(t)) + power(t) + places + shift, places + 1)::INT, '0');
CREATE MACRO fixed(t, wholes, places, shift) AS CASE
  WHEN digits(t) = '' THEN if(places = 0, '0', '0.' || repeat('0', places::BIGINT))
  WHEN -(power(t) + shift) > places OR length(digits(t)) + power(t) + shift > wholes THEN NULL
  ELSE if(t LIKE '-%', '-', '') || if(places = 0, unscaled(t, places, shift),
    left(unscaled(t, places, shift), -places::BIGINT) || '.' || right(unscaled(t, places, shift), places::BIGINT)) END;

CREATE MACRO whole(kind, t, low, high) AS CASE
  WHEN NOT (kind = 'number' OR regexp_full_match(t, '-?[0-9]+')) THEN NULL
  WHEN fixed(t, 19, 0, 0)::HUGEINT BETWEEN low AND high THEN fixed(t, 19, 0, 0) END;

CREATE MACRO utc(moment) AS CASE
  WHEN year(moment) BETWEEN 1 AND 9999 THEN strftime(moment, '%Y-%m-%dT%H:%M:%S.%fZ') END;
CREATE MACRO zone(t) AS if(upper(t) LIKE '%Z', 0,
  if(t[-6] = '-', -1, 1) * (substr(t, -5, 2)::INT * 60 + right(t, 2)::INT));
CREATE MACRO rfc3339(t) AS CASE
  WHEN regexp_full_match(t, '[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])')
   AND substr(t, 1, 4) <> '0000'
  THEN utc(try_cast(left(t, 10) || ' ' || regexp_extract(t, '.{11}([0-9:.]+)', 1) AS TIMESTAMP) - to_minutes(zone(t))) END;
CREATE MACRO epoch(t, places) AS utc(make_timestamp(try_cast(fixed(t, 18, 0, places) AS BIGINT)));

CREATE MACRO canonical(kind, digits_max, scale, format, cell_kind, t) AS CASE
  WHEN kind IN ('object', 'array') THEN if(cell_kind = kind, t, NULL)
  WHEN cell_kind NOT IN ('string', 'number', 'boolean') THEN NULL
  WHEN kind = 'string' THEN t
  WHEN kind = 'boolean' THEN if(cell_kind <> 'number' AND t IN ('true', 'false'), t, NULL)
  WHEN kind = 'date' THEN if(cell_kind = 'string' AND regexp_full_match(t, '[0-9]{4}-[0-9]{2}-[0-9]{2}')
                             AND substr(t, 1, 4) <> '0000' AND try_cast(t AS DATE) IS NOT NULL, t, NULL)
  WHEN kind = 'timestamp' AND format = 'rfc3339' THEN if(cell_kind = 'string', rfc3339(t), NULL)
  WHEN cell_kind = 'boolean' OR NOT is_number(t) THEN NULL
  WHEN kind = 'long' THEN whole(cell_kind, t, -9223372036854775808::HUGEINT, 9223372036854775807::HUGEINT)
  WHEN kind = 'int' THEN whole(cell_kind, t, -2147483648::HUGEINT, 2147483647::HUGEINT)
  WHEN kind IN ('double', 'float') THEN
    if(isfinite(t::DOUBLE), if(t::DOUBLE = 0, '0.0', t::DOUBLE::VARCHAR), NULL)
  WHEN cell_kind = 'string' AND NOT is_plain(t) THEN NULL
  WHEN kind = 'decimal' THEN fixed(t, digits_max - scale, scale, 0)
  WHEN kind = 'timestamp' THEN epoch(t, CASE format WHEN 'epochSeconds' THEN 6 WHEN 'epochMillis' THEN 3 ELSE 0 END) END;

-- Canonical text → a number that sorts by value; times as microseconds.
CREATE MACRO sortable(kind, t) AS CASE
  WHEN kind = 'timestamp' THEN epoch_us(rtrim(t, 'Z')::TIMESTAMP)::DECIMAL(38, 9)
  WHEN kind = 'date' THEN epoch_us(t::DATE::TIMESTAMP)::DECIMAL(38, 9)
  WHEN kind IN ('double', 'float') THEN t::DOUBLE::DECIMAL(38, 9)
  WHEN kind IN ('long', 'int', 'decimal') THEN t::DECIMAL(38, 9) END;
