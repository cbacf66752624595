-- What people ask. Documented in docs/sql.md; columns are added, not renamed.

-- state * factor modulo 2^64, in halves: SQL has no arithmetic that wraps round.
CREATE MACRO stored.product(state, low, high) AS
  (((state & 4294967295) * low) & 4294967295)
  + ((((((state & 4294967295) * low) >> 32) + (((state >> 32) * low) & 4294967295) + (((state & 4294967295) * high) & 4294967295))
     & 4294967295) * 4294967296::UBIGINT);
CREATE MACRO stored.octets(number) AS
  [number & 255, (number >> 8) & 255, (number >> 16) & 255, (number >> 24) & 255,
   (number >> 32) & 255, (number >> 40) & 255, (number >> 48) & 255, (number >> 56) & 255];
-- The identifier that reports use: a hash of the file's digest and the number's bytes (src/core/fact.h, src/core/hash.h).
CREATE MACRO fact_id(seed, first, past) AS
  list_transform(list_transform(list_transform(
    [list_reduce(list_concat([seed::UBIGINT], stored.octets(first::UBIGINT), stored.octets(past::UBIGINT)),
                 lambda h, octet: stored.product(xor(h, octet), 435::UBIGINT, 256::UBIGINT))],
    lambda z: stored.product(xor(z, z >> 30), 484763065::UBIGINT, 3210233709::UBIGINT)),
    lambda z: stored.product(xor(z, z >> 27), 321982955::UBIGINT, 2496678331::UBIGINT)),
    lambda z: lower(printf('%016x', xor(z, z >> 31))))[1];
COMMENT ON MACRO fact_id IS 'identifier of the fact at bytes [first, past) of the artifact with this seed';

CREATE VIEW stored.named AS
  SELECT id, place, is_file, CASE WHEN roots = 1 THEN '' WHEN n = 1 THEN name || '/' ELSE name || n || '/' END AS prefix
  FROM (SELECT id, place, is_file, name, row_number() OVER (PARTITION BY name ORDER BY id) AS n, count(*) OVER () AS roots FROM stored.roots);
COMMENT ON VIEW stored.named IS 'the folders and files that were ingested, as their paths are told apart';
COMMENT ON COLUMN stored.named.id IS 'stored.roots.id';
COMMENT ON COLUMN stored.named.place IS 'absolute path';
COMMENT ON COLUMN stored.named.is_file IS 'a single file rather than a folder';
COMMENT ON COLUMN stored.named.prefix IS 'of all paths below it: empty where it is the only one';

CREATE VIEW artifacts AS
  SELECT a.id AS artifact, named.prefix || a.path AS path,
         CASE WHEN named.is_file THEN named.place ELSE named.place || '/' || a.path END AS place,
         CASE WHEN a.deleted THEN 'deleted' WHEN a.own THEN 'own' ELSE 'current' END AS state,
         a.format, a.tool, a.encoding, a.origin, a.size, make_timestamp_ns(a.modified) AS modified,
         make_timestamp_ns(a.ingested) AS ingested, a.digest, a.seed
  FROM stored.artifacts a JOIN stored.named ON named.id = a.root;
COMMENT ON VIEW artifacts IS 'one row a file';
COMMENT ON COLUMN artifacts.artifact IS 'number of the file in this store';
COMMENT ON COLUMN artifacts.path IS 'as in all outputs: relative to the folder given, prefixed with its name where several were given';
COMMENT ON COLUMN artifacts.place IS 'absolute path';
COMMENT ON COLUMN artifacts.state IS 'current; deleted: gone at the last ingest, not in the other views; own: chimera wrote it, its numbers are not facts';
COMMENT ON COLUMN artifacts.format IS 'by content: json, jsonl, csv, markdown, text, binary, unknown';
COMMENT ON COLUMN artifacts.tool IS 'the recipe that recognised it; empty where none did';
COMMENT ON COLUMN artifacts.encoding IS 'of the bytes';
COMMENT ON COLUMN artifacts.origin IS 'imported, measured, written';
COMMENT ON COLUMN artifacts.size IS 'bytes';
COMMENT ON COLUMN artifacts.modified IS 'UTC';
COMMENT ON COLUMN artifacts.ingested IS 'when it was read, UTC';
COMMENT ON COLUMN artifacts.digest IS 'SHA-256 of the bytes';
COMMENT ON COLUMN artifacts.seed IS 'for fact_id()';

CREATE VIEW stored.standing AS
  SELECT (cells.context >> 32)::UINTEGER AS "table", ((cells.context >> 3) & 536870911)::UINTEGER AS config, (cells.context & 7)::UTINYINT AS state,
         (cells.place >> 32)::UINTEGER AS "row", (cells.place & 4294967295)::UINTEGER AS line, cells.base AS "begin", cells.extent & 1099511627775 AS size
  FROM stored.rows WHERE (cells.extent >> 40) & 1 = 1;
COMMENT ON VIEW stored.standing IS 'where each record stands';
COMMENT ON COLUMN stored.standing."table" IS 'stored.tables.id';
COMMENT ON COLUMN stored.standing.config IS 'stored.settled.id';
COMMENT ON COLUMN stored.standing.state IS '0 ok, 1 failed, 2 cold, 3 warmup, 4 summary';
COMMENT ON COLUMN stored.standing."row" IS 'in its table, from 0';
COMMENT ON COLUMN stored.standing.line IS 'physical line, from 1';
COMMENT ON COLUMN stored.standing."begin" IS 'first byte in the file, of a compressed one in the unpacked bytes';
COMMENT ON COLUMN stored.standing.size IS 'bytes';

-- The double of which these are the bits: sign, exponent, mantissa.
CREATE MACRO stored.double_of(bits) AS
  (CASE WHEN bits < 0 THEN -1.0 ELSE 1.0 END)::DOUBLE
  * ((bits & 4503599627370495) + CASE WHEN (bits >> 52) & 2047 > 0 THEN 4503599627370496 ELSE 0 END)::DOUBLE
  * pow(2.0::DOUBLE, (greatest((bits >> 52) & 2047, 1) - 1075)::DOUBLE);

CREATE VIEW stored.settled AS
  SELECT g.id, CASE h.names WHEN '' THEN ''
         ELSE array_to_string(list_transform(list_zip(string_split(h.names, chr(31)), string_split(g."values", chr(31))), lambda one: one[1] || '=' || one[2]), ', ') END AS config,
         CASE h.names WHEN '' THEN MAP() ELSE map(string_split(h.names, chr(31)), string_split(g."values", chr(31))) END::MAP(VARCHAR, VARCHAR) AS settings
  FROM stored.configs g JOIN stored.shapes h ON h.id = g.shape;
COMMENT ON VIEW stored.settled IS 'the configurations under which something was measured';
COMMENT ON COLUMN stored.settled.id IS 'of stored.rows';
COMMENT ON COLUMN stored.settled.config IS 'num_ctx=1024, num_gpu=40';
COMMENT ON COLUMN stored.settled.settings IS 'the same by key';

CREATE VIEW stored.described AS
  SELECT t.id, a.path, a.artifact, a.tool, a.seed, t.kind IN ('csv', 'markdown') AS has_cell
  FROM stored.tables t JOIN main.artifacts a ON a.artifact = t.artifact
  WHERE a.state = 'current';

-- Every row times its slots. What is said of rows is joined before they are multiplied: a UNION ALL of the slots, and joins behind it,
-- took a quarter longer.
CREATE VIEW stored.unpacked AS
  SELECT path, artifact, tool, seed, has_cell, "table", (place >> 32)::UINTEGER AS "row", state, config_id, config, settings,
         (extent >> 40) << 3 | k AS slot, ((place & 4294967295) + ((span >> 5) & 1023))::UINTEGER AS line, word,
         base + (span >> 15) AS "begin", CASE span & 31 WHEN 31 THEN extent & 1099511627775 ELSE span & 31 END AS size
  FROM (
    SELECT *, CASE k WHEN 0 THEN word0 WHEN 1 THEN word1 WHEN 2 THEN word2 WHEN 3 THEN word3 WHEN 4 THEN word4 ELSE word5 END AS word,
           CASE k WHEN 0 THEN spans0 & 4294967295 WHEN 1 THEN spans0 >> 32 WHEN 2 THEN spans1 & 4294967295 WHEN 3 THEN spans1 >> 32
                  WHEN 4 THEN spans2 & 4294967295 ELSE spans2 >> 32 END AS span
    FROM (
      SELECT t.path, t.artifact, t.tool, t.seed, t.has_cell, t.id AS "table", r.cells.context & 7 AS state, g.id AS config_id, g.config, g.settings,
             r.cells.place AS place, r.cells.extent AS extent, r.cells.base AS base,
             r.cells.word0 AS word0, r.cells.word1 AS word1, r.cells.word2 AS word2, r.cells.word3 AS word3, r.cells.word4 AS word4, r.cells.word5 AS word5,
             r.cells.spans0 AS spans0, r.cells.spans1 AS spans1, r.cells.spans2 AS spans2
      FROM stored.rows r JOIN stored.described t ON t.id = r.cells.context >> 32
           JOIN stored.settled g ON g.id = (r.cells.context >> 3) & 536870911)
    CROSS JOIN (SELECT unnest([0, 1, 2, 3, 4, 5])::UBIGINT AS k))
  WHERE span & 31 > 0;
COMMENT ON VIEW stored.unpacked IS 'every number cell of files that are there';
COMMENT ON COLUMN stored.unpacked.path IS 'of the file, as are artifact, tool and seed';
COMMENT ON COLUMN stored.unpacked.artifact IS 'artifacts.artifact';
COMMENT ON COLUMN stored.unpacked.tool IS 'artifacts.tool';
COMMENT ON COLUMN stored.unpacked.seed IS 'artifacts.seed';
COMMENT ON COLUMN stored.unpacked.has_cell IS 'its table has cells: rows and columns by number';
COMMENT ON COLUMN stored.unpacked."table" IS 'stored.tables.id';
COMMENT ON COLUMN stored.unpacked."row" IS 'in its table, from 0';
COMMENT ON COLUMN stored.unpacked.state IS '0 ok, 1 failed, 2 cold, 3 warmup, 4 summary';
COMMENT ON COLUMN stored.unpacked.config_id IS 'stored.settled.id';
COMMENT ON COLUMN stored.unpacked.config IS 'stored.settled.config';
COMMENT ON COLUMN stored.unpacked.settings IS 'stored.settled.settings';
COMMENT ON COLUMN stored.unpacked.slot IS 'stored.slots.id';
COMMENT ON COLUMN stored.unpacked.line IS 'physical line, from 1';
COMMENT ON COLUMN stored.unpacked.word IS 'the value, as stored.slots says';
COMMENT ON COLUMN stored.unpacked."begin" IS 'first byte in the file, of a compressed one in the unpacked bytes';
COMMENT ON COLUMN stored.unpacked.size IS 'bytes as written';

CREATE VIEW numbers AS
  SELECT fact_id(c.seed, c."begin", c."begin" + c.size) AS fact, c.path, c.line,
         CASE WHEN c.has_cell THEN c."row" + 1 END AS "row",
         CASE WHEN c.has_cell THEN m.position END AS "column",
         m.key, c."begin", c."begin" + c.size AS "end", m.metric, m.definition, m.statistic,
         CASE WHEN s.divisor IS NULL THEN stored.double_of(c.word) ELSE c.word / s.divisor END AS value, m.unit, m.role,
         c.config, c.settings, CASE c.state WHEN 0 THEN 'ok' WHEN 1 THEN 'failed' WHEN 2 THEN 'cold' WHEN 3 THEN 'warmup' ELSE 'summary' END AS state,
         c.state = 1 AS failed, m.direction, m.provenance, m.rule, c.tool, c.artifact, c."table", c."row" AS record, m.id AS series, c.config_id
  FROM stored.unpacked c JOIN stored.slots s ON s.id = c.slot JOIN stored.meanings m ON m.id = s.meaning;
COMMENT ON VIEW numbers IS 'every number cell, whatever its column is for';
COMMENT ON COLUMN numbers.fact IS 'identifier, the same as in reports; computed: slow over many rows';
COMMENT ON COLUMN numbers.path IS 'of the file';
COMMENT ON COLUMN numbers.line IS 'physical, from 1';
COMMENT ON COLUMN numbers."row" IS 'of a table, data rows from 1';
COMMENT ON COLUMN numbers."column" IS 'of a table, from 1';
COMMENT ON COLUMN numbers.key IS 'header of the column, or path of the value inside its JSON record';
COMMENT ON COLUMN numbers."begin" IS 'first byte in the file';
COMMENT ON COLUMN numbers."end" IS 'first byte behind it';
COMMENT ON COLUMN numbers.metric IS 'canonical name (vocabulary.toml), or the normalised key';
COMMENT ON COLUMN numbers.definition IS 'which of the things called by that name; only equal definitions are comparable';
COMMENT ON COLUMN numbers.statistic IS 'sample, mean, p50, max, ...';
COMMENT ON COLUMN numbers.value IS 'in the written unit';
COMMENT ON COLUMN numbers.unit IS 'symbol';
COMMENT ON COLUMN numbers.role IS 'response, count; factor, identity, time, index, failure, text, unread';
COMMENT ON COLUMN numbers.config IS 'settings under which it was measured, as text';
COMMENT ON COLUMN numbers.settings IS 'the same as a map: settings[''model'']';
COMMENT ON COLUMN numbers.state IS 'of the row: ok, failed, cold, warmup, summary';
COMMENT ON COLUMN numbers.failed IS 'the row records a failure, its values are no measurements';
COMMENT ON COLUMN numbers.direction IS '1 more is better, -1 less is better, 0 neither';
COMMENT ON COLUMN numbers.provenance IS 'measured, derived, written';
COMMENT ON COLUMN numbers.rule IS 'what decided the meaning';
COMMENT ON COLUMN numbers.tool IS 'the recipe that recognised the file';
COMMENT ON COLUMN numbers.artifact IS 'artifacts.artifact';
COMMENT ON COLUMN numbers."table" IS 'with record: records."table" and records.record';
COMMENT ON COLUMN numbers.record IS 'row in its table, from 0';
COMMENT ON COLUMN numbers.series IS 'number in this store of what the column means: key, metric, definition, unit and what decided';
COMMENT ON COLUMN numbers.config_id IS 'number of the configuration in this store; rows that differ in a free setting, a seed, have one each';

CREATE VIEW facts AS SELECT * FROM numbers WHERE role IN ('response', 'count');
COMMENT ON VIEW facts IS 'every measurement, as chimera facts prints them; columns as in numbers';

-- Without a look at every number.
CREATE VIEW stored.metrics AS
  SELECT DISTINCT m.metric
  FROM (SELECT DISTINCT r.cells.extent >> 40 AS layout FROM stored.rows r JOIN stored.described t ON t.id = r.cells.context >> 32) l
       JOIN stored.slots s ON s.id >> 3 = l.layout JOIN stored.meanings m ON m.id = s.meaning
  WHERE m.role IN ('response', 'count');
COMMENT ON VIEW stored.metrics IS 'the metrics of all facts';
COMMENT ON COLUMN stored.metrics.metric IS 'as in facts';

CREATE VIEW records AS
  SELECT a.path, t.name AS "in", t.kind, c."row" AS record, c.line, c."begin", c."begin" + c.size AS "end",
         CASE WHEN p.pointer IS NOT NULL AND p.pointer <> '' THEN p.pointer
              WHEN a.format = 'json' AND t.kind IN ('records', 'series') THEN t.name || '/' || c."row"
              WHEN a.format = 'json' THEN t.name ELSE '' END AS pointer,
         g.config, g.settings, CASE c.state WHEN 0 THEN 'ok' WHEN 1 THEN 'failed' WHEN 2 THEN 'cold' WHEN 3 THEN 'warmup' ELSE 'summary' END AS state,
         a.artifact, t.id AS "table", p.parent_table, p.parent_row AS parent_record
  FROM stored.standing c JOIN stored.tables t ON t.id = c."table" JOIN main.artifacts a ON a.artifact = t.artifact
       JOIN stored.settled g ON g.id = c.config LEFT JOIN stored.places p ON p."table" = t.id AND p."row" = c."row"
  WHERE a.state = 'current';
COMMENT ON VIEW records IS 'one row a record: an object, a row of a table, a line';
COMMENT ON COLUMN records.path IS 'of the file';
COMMENT ON COLUMN records."in" IS 'the table: JSON pointer or heading';
COMMENT ON COLUMN records.kind IS 'object, records, keyed, series, csv, markdown, listing, transposed';
COMMENT ON COLUMN records.record IS 'row in its table, from 0';
COMMENT ON COLUMN records.line IS 'physical, from 1';
COMMENT ON COLUMN records."begin" IS 'first byte in the file';
COMMENT ON COLUMN records."end" IS 'first byte behind it';
COMMENT ON COLUMN records.pointer IS 'JSON pointer of the record; empty elsewhere';
COMMENT ON COLUMN records.config IS 'settings under which it was measured, as text';
COMMENT ON COLUMN records.settings IS 'the same as a map';
COMMENT ON COLUMN records.state IS 'ok, failed, cold, warmup, summary';
COMMENT ON COLUMN records.artifact IS 'artifacts.artifact';
COMMENT ON COLUMN records."table" IS 'number of the table in this store';
COMMENT ON COLUMN records.parent_table IS 'of the record that this one stands in, where there is one';
COMMENT ON COLUMN records.parent_record IS 'and its row there';

CREATE VIEW diagnostics AS
  SELECT a.path, d.code, d.name, d.severity, nullif(d.line, 0) AS line, nullif(d."row", 0) AS "row", nullif(d."column", 0) AS "column",
         d.header, d.pointer, d.message, d.hint, a.artifact
  FROM stored.diagnostics d JOIN main.artifacts a ON a.artifact = d.artifact WHERE a.state <> 'deleted'
  UNION ALL
  SELECT named.prefix || p.path, told.code, told.name, told.severity, NULL, NULL, NULL, '', '', p.reason, '', NULL
  FROM stored.problems p JOIN stored.named ON named.id = p.root
  JOIN (VALUES (0, 'C101', 'file_unreadable', 'error'), (1, 'C103', 'symlink_skipped', 'note'), (2, 'C103', 'symlink_skipped', 'note'),
               (3, 'C104', 'special_file_skipped', 'note')) AS told(kind, code, name, severity) ON told.kind = p.kind;
COMMENT ON VIEW diagnostics IS 'what was found wrong, by file (docs/diagnostics.md), and what the last walk could not look at';
COMMENT ON COLUMN diagnostics.path IS 'of the file; of what could not be looked at, where it is';
COMMENT ON COLUMN diagnostics.code IS 'C202';
COMMENT ON COLUMN diagnostics.name IS 'json_truncated';
COMMENT ON COLUMN diagnostics.severity IS 'note: nothing was lost; loss; error';
COMMENT ON COLUMN diagnostics.line IS 'from 1';
COMMENT ON COLUMN diagnostics."row" IS 'data row, from 1';
COMMENT ON COLUMN diagnostics."column" IS 'from 1';
COMMENT ON COLUMN diagnostics.header IS 'of the column';
COMMENT ON COLUMN diagnostics.pointer IS 'JSON pointer';
COMMENT ON COLUMN diagnostics.message IS 'found against expected';
COMMENT ON COLUMN diagnostics.hint IS 'what to do about it';
COMMENT ON COLUMN diagnostics.artifact IS 'artifacts.artifact; null of what could not be looked at';

CREATE VIEW coverage AS
  SELECT a.path, c.fate, c.numbers, a.artifact
  FROM stored.coverage c JOIN main.artifacts a ON a.artifact = c.artifact WHERE a.state = 'current';
COMMENT ON VIEW coverage IS 'every number of every file by its fate; the sum over fates is what a scan of the file counts';
COMMENT ON COLUMN coverage.path IS 'of the file';
COMMENT ON COLUMN coverage.fate IS 'fact, unread, or the reason it was ignored for: key, text, date, prose, ...';
COMMENT ON COLUMN coverage.numbers IS 'how many';
COMMENT ON COLUMN coverage.artifact IS 'artifacts.artifact';
