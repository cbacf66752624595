-- Takes everything of the attached store `shard` over into this one, inside a transaction. `adopting` is one row: the first free
-- numbers of artifacts, of series and tables, and of configurations. Roots are there already, by their place; files of the same
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
INSERT INTO stored.contents SELECT (s.artifact + b.artifacts)::UINTEGER, s.bytes FROM shard.stored.contents s, adopting b;
INSERT INTO stored.tables
  SELECT (s.id + b.series)::UINTEGER, (s.artifact + b.artifacts)::UINTEGER, s.kind, s.name, s.header_line FROM shard.stored.tables s, adopting b;
INSERT INTO stored.series
  SELECT (s.id + b.series)::UINTEGER, (s."table" + b.series)::UINTEGER, s.key, s.position, s.metric, s.definition, s.statistic, s.unit, s.role, s.rule, s.direction, s.provenance
  FROM shard.stored.series s, adopting b;
INSERT INTO stored.cells
  SELECT {context: (((s.cell.context >> 32) + b.series) << 32) | (coalesce(a.id, 0)::UBIGINT << 3) | (s.cell.context & 7), place: s.cell.place, value: s.cell.value, span: s.cell.span}
  FROM shard.stored.cells s LEFT JOIN adopted_configs a ON a.before = ((s.cell.context >> 3) & 536870911), adopting b;
INSERT INTO stored.places
  SELECT (s."table" + b.series)::UINTEGER, s."row", s.pointer, (s.parent_table + b.series)::UINTEGER, s.parent_row FROM shard.stored.places s, adopting b;
INSERT INTO stored.coverage SELECT (s.artifact + b.artifacts)::UINTEGER, s.fate, s.numbers FROM shard.stored.coverage s, adopting b;
INSERT INTO stored.diagnostics
  SELECT (s.artifact + b.artifacts)::UINTEGER, s.code, s.name, s.severity, s.line, s."column", s."row", s.header, s.pointer, s.message, s.hint
  FROM shard.stored.diagnostics s, adopting b;

DROP TABLE adopted_configs;
