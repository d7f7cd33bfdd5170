-- The database of day 06, which stands on the physical network: one table, who may read it, and who may change it.
-- For PostgreSQL's superuser: psql -f shop.sql
CREATE DATABASE shop TEMPLATE template0 ENCODING 'UTF8';
\connect shop
CREATE TABLE orders (
  id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  customer text NOT NULL,
  item text NOT NULL
);
-- More than fits into one packet, so that full ones are seen on the wire.
INSERT INTO orders (customer, item)
  SELECT (ARRAY['Mei', 'Jun', 'Ting', 'Hao', 'Yun'])[1 + n % 5],
    (ARRAY['two bicycles', 'a telescope', 'forty oranges', 'a rice cooker', 'an umbrella', 'three teapots', 'a desk lamp'])[1 + n % 7]
      || ' for house ' || 100 + n
  FROM generate_series(0, 79) AS n;
CREATE ROLE web LOGIN;
GRANT SELECT ON orders TO web;
CREATE ROLE clerk LOGIN;
GRANT SELECT, INSERT, DELETE ON orders TO clerk;
