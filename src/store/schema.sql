-- The tables of a store. People ask the views of views.sql; these tables may change from one version to the next.
-- One row of stored.rows is six numbers of one record: in words that are integers, and in runs of one table and layout, so that it
-- compresses well. Of the time that a number takes DuckDB most is by the column, for statistics and choice of compression; of a double
-- thrice what an integer takes; and a fifth is for counting distinct values, which it does not inside structs: hence fields of one struct.
-- What many numbers share stands once, in stored.meanings, stored.slots, stored.tables, stored.artifacts, stored.configs.

-- Texts of which there are few are told to be kept as dictionaries, and so are paths and digests, which FSST would make half as long: to
-- find that out costs DuckDB 5 ms a column at every checkpoint.

CREATE SCHEMA stored;

CREATE TABLE stored.meta (version UINTEGER NOT NULL, created BIGINT NOT NULL, program VARCHAR NOT NULL USING COMPRESSION dictionary);
COMMENT ON TABLE stored.meta IS 'one row: what this file is';
COMMENT ON COLUMN stored.meta.version IS 'of the schema; a program that knows only older ones refuses the file';
COMMENT ON COLUMN stored.meta.created IS 'nanoseconds since 1970, UTC';
COMMENT ON COLUMN stored.meta.program IS 'version of the program that made the file';

CREATE TABLE stored.roots (
  id UINTEGER NOT NULL, typed VARCHAR NOT NULL USING COMPRESSION dictionary, place VARCHAR NOT NULL USING COMPRESSION dictionary,
  name VARCHAR NOT NULL USING COMPRESSION dictionary, is_file BOOLEAN NOT NULL);
COMMENT ON TABLE stored.roots IS 'the folders and files that were ingested, in the order they came';
COMMENT ON COLUMN stored.roots.id IS 'from 0';
COMMENT ON COLUMN stored.roots.typed IS 'as on the command line';
COMMENT ON COLUMN stored.roots.place IS 'absolute path when it was first ingested';
COMMENT ON COLUMN stored.roots.name IS 'what paths are prefixed with where there are several roots';
COMMENT ON COLUMN stored.roots.is_file IS 'a single file rather than a folder';

CREATE TABLE stored.problems (
  root UINTEGER NOT NULL, kind UTINYINT NOT NULL, path VARCHAR NOT NULL, reason VARCHAR NOT NULL USING COMPRESSION dictionary);
COMMENT ON TABLE stored.problems IS 'what the last walk of a root could not look at';
COMMENT ON COLUMN stored.problems.root IS 'stored.roots.id';
COMMENT ON COLUMN stored.problems.kind IS '0 unreadable, 1 symbolic link in a circle, 2 link that leads out of the root, 3 neither file nor folder';
COMMENT ON COLUMN stored.problems.path IS 'relative to the root';
COMMENT ON COLUMN stored.problems.reason IS 'in the words of the operating system';

CREATE TABLE stored.artifacts (
  id UINTEGER NOT NULL, root UINTEGER NOT NULL, path VARCHAR NOT NULL USING COMPRESSION dictionary,
  digest VARCHAR NOT NULL USING COMPRESSION dictionary, seed UBIGINT NOT NULL,
  size UBIGINT NOT NULL, modified BIGINT NOT NULL, ingested BIGINT NOT NULL, deleted BOOLEAN NOT NULL, own BOOLEAN NOT NULL,
  format VARCHAR NOT NULL USING COMPRESSION dictionary, encoding VARCHAR NOT NULL USING COMPRESSION dictionary,
  tool VARCHAR NOT NULL USING COMPRESSION dictionary, origin VARCHAR NOT NULL USING COMPRESSION dictionary);
COMMENT ON TABLE stored.artifacts IS 'one row a file: what it held when it was last read';
COMMENT ON COLUMN stored.artifacts.id IS 'never used again for another content';
COMMENT ON COLUMN stored.artifacts.root IS 'stored.roots.id';
COMMENT ON COLUMN stored.artifacts.path IS 'relative to the root';
COMMENT ON COLUMN stored.artifacts.digest IS 'SHA-256 of the bytes; empty of a file that was not read';
COMMENT ON COLUMN stored.artifacts.seed IS 'from which fact_id() computes the identifiers of the facts of these bytes';
COMMENT ON COLUMN stored.artifacts.size IS 'bytes';
COMMENT ON COLUMN stored.artifacts.modified IS 'nanoseconds since 1970, UTC';
COMMENT ON COLUMN stored.artifacts.ingested IS 'when it was read, nanoseconds since 1970, UTC';
COMMENT ON COLUMN stored.artifacts.deleted IS 'the file was gone at the last ingest of its root';
COMMENT ON COLUMN stored.artifacts.own IS 'an output of chimera itself, whose numbers are not read as measurements';
COMMENT ON COLUMN stored.artifacts.format IS 'by content: json, jsonl, csv, markdown, text, binary, unknown';
COMMENT ON COLUMN stored.artifacts.encoding IS 'of the bytes';
COMMENT ON COLUMN stored.artifacts.tool IS 'the recipe that recognised it; empty where none did';
COMMENT ON COLUMN stored.artifacts.origin IS 'imported, measured, written';

CREATE TABLE stored.contents (artifact UINTEGER NOT NULL, piece UINTEGER NOT NULL, bytes BLOB NOT NULL USING COMPRESSION zstd);
COMMENT ON TABLE stored.contents IS 'the bytes of files that are small enough to be kept; others are read again where they were';
COMMENT ON COLUMN stored.contents.artifact IS 'stored.artifacts.id';
COMMENT ON COLUMN stored.contents.piece IS 'from 0; of 16 KiB each, the last of what is left: DuckDB holds 2,048 values in memory at once';
COMMENT ON COLUMN stored.contents.bytes IS 'as in the file';

CREATE TABLE stored.tables (
  id UINTEGER NOT NULL, artifact UINTEGER NOT NULL, kind VARCHAR NOT NULL USING COMPRESSION dictionary,
  name VARCHAR NOT NULL USING COMPRESSION dictionary, header_line UBIGINT NOT NULL);
COMMENT ON TABLE stored.tables IS 'the tables found in files: a JSON array, a CSV file, a Markdown table, a list of pairs';
COMMENT ON COLUMN stored.tables.id IS 'of stored.rows';
COMMENT ON COLUMN stored.tables.artifact IS 'stored.artifacts.id';
COMMENT ON COLUMN stored.tables.kind IS 'object, records, keyed, series, csv, markdown, listing, transposed';
COMMENT ON COLUMN stored.tables.name IS 'JSON pointer, or the heading above a Markdown table';
COMMENT ON COLUMN stored.tables.header_line IS 'from 1; 0 where there is none';

CREATE TABLE stored.meanings (
  id UINTEGER NOT NULL, key VARCHAR NOT NULL USING COMPRESSION dictionary, position UINTEGER NOT NULL,
  metric VARCHAR NOT NULL USING COMPRESSION dictionary, definition VARCHAR NOT NULL USING COMPRESSION dictionary,
  statistic VARCHAR NOT NULL USING COMPRESSION dictionary, unit VARCHAR NOT NULL USING COMPRESSION dictionary,
  role VARCHAR NOT NULL USING COMPRESSION dictionary, rule VARCHAR NOT NULL USING COMPRESSION dictionary, direction TINYINT NOT NULL,
  provenance VARCHAR NOT NULL USING COMPRESSION dictionary);
COMMENT ON TABLE stored.meanings IS 'what the numbers of columns mean; columns of several files that mean the same have one row';
COMMENT ON COLUMN stored.meanings.id IS 'of stored.slots';
COMMENT ON COLUMN stored.meanings.key IS 'path of the value inside its record, or the header';
COMMENT ON COLUMN stored.meanings.position IS 'of the column as written, from 1';
COMMENT ON COLUMN stored.meanings.metric IS 'canonical name, or the normalised key';
COMMENT ON COLUMN stored.meanings.definition IS 'which of the things called by that name; equal definitions are comparable';
COMMENT ON COLUMN stored.meanings.statistic IS 'sample, mean, p50, max, ...';
COMMENT ON COLUMN stored.meanings.unit IS 'symbol of the unit as written';
COMMENT ON COLUMN stored.meanings.role IS 'response and count are facts; factor, identity, time, index, failure, text, unread are not';
COMMENT ON COLUMN stored.meanings.rule IS 'what decided';
COMMENT ON COLUMN stored.meanings.direction IS '1 more is better, -1 less is better, 0 neither';
COMMENT ON COLUMN stored.meanings.provenance IS 'measured, derived, written';

CREATE TABLE stored.slots (id UINTEGER NOT NULL, meaning UINTEGER NOT NULL, divisor DOUBLE);
COMMENT ON TABLE stored.slots IS 'the layouts of rows: what the word in each slot is';
COMMENT ON COLUMN stored.slots.id IS 'layout << 3 | slot, from 0; layouts of odd number are of rows that say where their record stands';
COMMENT ON COLUMN stored.slots.meaning IS 'stored.meanings.id';
COMMENT ON COLUMN stored.slots.divisor IS 'the value is the word divided by it, a power of ten or two; null: the word is the value as IEEE 754 writes it';

CREATE TABLE stored.shapes (id UINTEGER NOT NULL, names VARCHAR NOT NULL USING COMPRESSION dictionary);
COMMENT ON TABLE stored.shapes IS 'which settings configurations have';
COMMENT ON COLUMN stored.shapes.id IS 'from 0';
COMMENT ON COLUMN stored.shapes.names IS 'ascending, chr(31) between two; empty where there are no settings';

CREATE TABLE stored.configs (id UINTEGER NOT NULL, fingerprint UBIGINT, shape UINTEGER NOT NULL, "values" VARCHAR NOT NULL);
COMMENT ON TABLE stored.configs IS 'the configurations under which something was measured; stored.settled shows them by name';
COMMENT ON COLUMN stored.configs.id IS 'of stored.rows';
COMMENT ON COLUMN stored.configs.fingerprint IS 'equal fingerprints are comparable, and stand once; null where a setting differs in almost every row of a file, a seed: such rows have one each';
COMMENT ON COLUMN stored.configs.shape IS 'stored.shapes.id';
COMMENT ON COLUMN stored.configs."values" IS 'in the order of the names, chr(31) between two';

CREATE TABLE stored.rows (cells STRUCT(
  context UBIGINT, place UBIGINT, extent UBIGINT, base UBIGINT, word0 BIGINT, word1 BIGINT, word2 BIGINT, word3 BIGINT, word4 BIGINT, word5 BIGINT,
  spans0 UBIGINT, spans1 UBIGINT, spans2 UBIGINT) NOT NULL);
COMMENT ON TABLE stored.rows IS 'every number cell, up to six of one record in a row, and where each record stands; stored.unpacked and stored.standing show them in columns';
COMMENT ON COLUMN stored.rows.cells IS
  'context: table << 32 | configuration << 3 | state; place: row << 32 | line; extent: layout << 40 | bytes of the record, or of a number that stands alone; base: first byte of the record, or of the first of the numbers; words: as stored.slots says; spans: of two slots, the first in the lower half: (first byte - base) << 15 | (line - line of the row) << 5 | size in bytes, 0 where there is no number, 31 where it is the extent';

CREATE TABLE stored.places ("table" UINTEGER NOT NULL, "row" UINTEGER NOT NULL, pointer VARCHAR NOT NULL, parent_table UINTEGER, parent_row UINTEGER);
COMMENT ON TABLE stored.places IS 'JSON pointers of rows that are not the name of the table and the number of the row, and parents';
COMMENT ON COLUMN stored.places."table" IS 'stored.tables.id';
COMMENT ON COLUMN stored.places."row" IS 'in its table, from 0';
COMMENT ON COLUMN stored.places.pointer IS 'RFC 6901';
COMMENT ON COLUMN stored.places.parent_table IS 'stored.tables.id of the record that this one stands in';
COMMENT ON COLUMN stored.places.parent_row IS 'row there, from 0';

CREATE TABLE stored.coverage (artifact UINTEGER NOT NULL, fate VARCHAR NOT NULL USING COMPRESSION dictionary, numbers UBIGINT NOT NULL);
COMMENT ON TABLE stored.coverage IS 'how many numbers of a file met which fate; the sum is what a scan counts';
COMMENT ON COLUMN stored.coverage.artifact IS 'stored.artifacts.id';
COMMENT ON COLUMN stored.coverage.fate IS 'fact, unread, or the reason it was ignored for';
COMMENT ON COLUMN stored.coverage.numbers IS 'how many';

CREATE TABLE stored.diagnostics (
  artifact UINTEGER NOT NULL, code VARCHAR NOT NULL USING COMPRESSION dictionary, name VARCHAR NOT NULL USING COMPRESSION dictionary,
  severity VARCHAR NOT NULL USING COMPRESSION dictionary, line UBIGINT NOT NULL, "column" UBIGINT NOT NULL, "row" UBIGINT NOT NULL,
  header VARCHAR NOT NULL USING COMPRESSION dictionary, pointer VARCHAR NOT NULL USING COMPRESSION dictionary,
  message VARCHAR NOT NULL USING COMPRESSION dictionary, hint VARCHAR NOT NULL USING COMPRESSION dictionary);
COMMENT ON TABLE stored.diagnostics IS 'what was found wrong in a file';
COMMENT ON COLUMN stored.diagnostics.artifact IS 'stored.artifacts.id';
COMMENT ON COLUMN stored.diagnostics.code IS 'C202';
COMMENT ON COLUMN stored.diagnostics.name IS 'json_truncated';
COMMENT ON COLUMN stored.diagnostics.severity IS 'note, loss, error';
COMMENT ON COLUMN stored.diagnostics.line IS 'from 1; 0: does not apply, likewise below';
COMMENT ON COLUMN stored.diagnostics."column" IS 'from 1';
COMMENT ON COLUMN stored.diagnostics."row" IS 'data row, from 1';
COMMENT ON COLUMN stored.diagnostics.header IS 'of the column';
COMMENT ON COLUMN stored.diagnostics.pointer IS 'RFC 6901';
COMMENT ON COLUMN stored.diagnostics.message IS 'found against expected';
COMMENT ON COLUMN stored.diagnostics.hint IS 'what to do about it';
