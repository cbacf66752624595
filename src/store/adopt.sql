-- Takes everything of the attached store `shard` over into this one, inside a transaction. `adopting` is one row: the first free
-- numbers of artifacts, of tables, and of configurations. Roots are there already, by their place; files of the same
-- names are gone already.

INSERT INTO stored.shapes
  SELECT ((SELECT count(*) FROM stored.shapes) + row_number() OVER (ORDER BY s.id) - 1)::UINTEGER, s.names
  FROM shard.stored.shapes s WHERE s.names NOT IN (SELECT names FROM stored.shapes);
CREATE OR REPLACE TEMP TABLE adopted_configs AS
  SELECT s.id AS before, m.id IS NULL AS fresh,
         coalesce(m.id, (SELECT configs FROM adopting) + row_number() OVER (PARTITION BY m.id IS NULL ORDER BY s.id) - 1)::UINTEGER AS id
  FROM shard.stored.configs s LEFT JOIN stored.configs m USING (fingerprint);
INSERT INTO stored.configs
  SELECT a.id, s.fingerprint, h.id, s."values" FROM shard.stored.configs s JOIN adopted_configs a ON a.before = s.id
         JOIN shard.stored.shapes t ON t.id = s.shape JOIN stored.shapes h ON h.names = t.names
  WHERE a.fresh ORDER BY a.id;

INSERT INTO stored.artifacts
  SELECT (s.id + b.artifacts)::UINTEGER, r.id, s.path, s.digest, s.seed, s.size, s.modified, s.ingested, s.deleted, s.own, s.format, s.encoding, s.tool, s.origin
  FROM shard.stored.artifacts s JOIN shard.stored.roots t ON t.id = s.root JOIN stored.roots r ON r.place = t.place, adopting b ORDER BY s.id;
INSERT INTO stored.contents SELECT (s.artifact + b.artifacts)::UINTEGER, s.piece, s.bytes FROM shard.stored.contents s, adopting b;
INSERT INTO stored.tables
  SELECT (s.id + b.tables)::UINTEGER, (s.artifact + b.artifacts)::UINTEGER, s.kind, s.name, s.header_line FROM shard.stored.tables s, adopting b;
CREATE OR REPLACE TEMP TABLE adopted_meanings AS
  SELECT s.id AS before, m.id IS NULL AS fresh,
         coalesce(m.id, (SELECT coalesce(max(id) + 1, 0) FROM stored.meanings) + row_number() OVER (PARTITION BY m.id IS NULL ORDER BY s.id) - 1)::UINTEGER AS id
  FROM shard.stored.meanings s LEFT JOIN stored.meanings m USING (key, position, metric, definition, statistic, unit, role, rule, direction, provenance);
INSERT INTO stored.meanings
  SELECT a.id, s.* EXCLUDE (id) FROM shard.stored.meanings s JOIN adopted_meanings a ON a.before = s.id WHERE a.fresh ORDER BY a.id;
-- Layouts are put behind those that are there, even such as are there already: a number divided otherwise is the same number.
CREATE OR REPLACE TEMP TABLE adopted_layouts AS
  SELECT ((coalesce(max(id >> 3), 0) + 2) // 2 * 2)::UBIGINT AS first FROM stored.slots;
INSERT INTO stored.slots
  SELECT (s.id + (l.first << 3))::UINTEGER, a.id, s.divisor FROM shard.stored.slots s JOIN adopted_meanings a ON a.before = s.meaning, adopted_layouts l ORDER BY 1;
INSERT INTO stored.rows
  SELECT struct_update(s.cells, context := (((s.cells.context >> 32) + b.tables) << 32) | (coalesce(a.id, 0)::UBIGINT << 3) | (s.cells.context & 7),
                       extent := s.cells.extent + (l.first << 40))
  FROM shard.stored.rows s LEFT JOIN adopted_configs a ON a.before = ((s.cells.context >> 3) & 536870911), adopting b, adopted_layouts l;
INSERT INTO stored.places
  SELECT (s."table" + b.tables)::UINTEGER, s."row", s.pointer, (s.parent_table + b.tables)::UINTEGER, s.parent_row FROM shard.stored.places s, adopting b;
INSERT INTO stored.coverage SELECT (s.artifact + b.artifacts)::UINTEGER, s.fate, s.numbers FROM shard.stored.coverage s, adopting b;
INSERT INTO stored.diagnostics
  SELECT (s.artifact + b.artifacts)::UINTEGER, s.code, s.name, s.severity, s.line, s."column", s."row", s.header, s.pointer, s.message, s.hint
  FROM shard.stored.diagnostics s, adopting b;

DROP TABLE adopted_configs;
DROP TABLE adopted_meanings;
DROP TABLE adopted_layouts;
