#include "core/document_source.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "core/corpus.h"

namespace chimera::core {
namespace {

class ListingCatalog final : public FactCatalog {
 public:
  std::uint32_t table(const TableEntry& entry) override { return tables.push_back(entry), static_cast<std::uint32_t>(tables.size() - 1); }
  std::uint32_t series(const SeriesEntry& one) override { return all.push_back(one.meaning), static_cast<std::uint32_t>(all.size() - 1); }
  std::uint32_t config(const RunConfig& one) override { return shared.push_back(one), static_cast<std::uint32_t>(shared.size() - 1); }
  std::uint32_t base(const RunConfig& /*shared*/, const std::vector<std::string>& /*names*/) override { return 0; }
  std::uint32_t configs(std::vector<FreeConfig> /*free*/) override { return 0; }
  void place(RecordPlace one) override { places.push_back(std::move(one)); }
  std::vector<TableEntry> tables;
  std::vector<ColumnMeaning> all;
  std::vector<RunConfig> shared;
  std::vector<RecordPlace> places;
};

// A CSV file of one column "a" with the numbers 0 to rows - 1, one a line.
struct Sample {
  explicit Sample(std::uint32_t rows) {
    document.artifact.path = "a.csv";
    document.artifact.format = Format::csv;
    document.text = "a\n";
    document.lines = {0, 2};
    Table table;
    table.kind = TableKind::csv;
    table.columns.resize(1);
    table.columns[0].key = "a";
    for (std::uint32_t r = 0; r < rows; ++r) {
      const std::string number = std::to_string(r);
      const std::uint64_t begin = document.text.size();
      table.columns[0].cells.push_back({begin, static_cast<std::uint32_t>(number.size()), CellKind::number, 0, false, double(r)});
      table.rows.push_back({{begin, begin + number.size()}, r + 2, {}, Row::kNone, Row::kNone});
      document.text += number + "\n";
      document.lines.push_back(document.text.size());
    }
    document.tables.push_back(std::move(table));
    TableMeaning means;
    means.columns.resize(1);
    means.columns[0].metric = "throughput";
    means.configs.assign(rows, 0);
    means.states.assign(rows, RowState::ok);
    meaning.push_back(means);
  }
  Document document;
  std::vector<TableMeaning> meaning;
};

TEST(DocumentSources, GiveEveryNumberOnceToHoweverManyReaders) {
  const Sample sample(10'000);
  ListingCatalog catalog;
  DocumentSource source(sample.document, sample.meaning, {}, catalog, {});
  std::vector<std::map<std::uint32_t, double>> found(2);
  std::vector<std::size_t> records(2, 0);
  const auto read = [&](std::size_t i) {
    const auto reader = source.reader();
    FactBatch batch;
    while (reader->next(batch).value()) {
      if (batch.places) records[i] += batch.count();
      EXPECT_EQ(batch.columns(), 1U);
      for (std::size_t k = 0; k < batch.count(); ++k) found[i][batch.row[k]] = batch.column(0).value[k];
      EXPECT_LE(batch.count(), FactBatch::kRows);
    }
  };
  std::thread other([&] { read(1); });
  read(0);
  other.join();
  EXPECT_EQ(found[0].size() + found[1].size(), 10'000U);
  found[0].merge(found[1]);
  EXPECT_EQ(found[0].size(), 10'000U);
  EXPECT_EQ(found[0][9'999], 9'999.0);
  EXPECT_EQ(records[0] + records[1], 10'000U);
}

TEST(DocumentSources, PlaceNumbersAsTheDocumentDoes) {
  const Sample sample(5'000);
  ListingCatalog catalog;
  DocumentSource source(sample.document, sample.meaning, {}, catalog, {});
  const auto reader = source.reader();
  FactBatch batch;
  while (reader->next(batch).value())
    for (std::size_t k = 0; k < batch.count(); ++k) {
      const CellRef cell{DocumentId{0}, 0, batch.row[k], 0};
      const FactBatch::Column& column = batch.column(0);
      ASSERT_EQ(column.line[k], sample.document.place(cell).line);
      ASSERT_EQ(sample.document.text.substr(column.begin[k], column.size[k]), std::to_string(batch.row[k]));
    }
}

TEST(DocumentSources, MakeASeriesOfEachMeaningOfAColumn) {
  Sample sample(3);
  TableMeaning& means = sample.meaning[0];
  means.variants.resize(1);
  means.variants[0].metric = "ttft";
  means.exceptions = {{1, 0, 0}};
  ListingCatalog catalog;
  DocumentSource source(sample.document, sample.meaning, {}, catalog, {});
  ASSERT_EQ(catalog.all.size(), 2U);
  const auto reader = source.reader();
  FactBatch batch;
  std::map<std::string, std::vector<std::uint32_t>> rows;
  while (reader->next(batch).value())
    for (std::size_t c = 0; c < batch.columns(); ++c)
      for (std::size_t k = 0; k < batch.count(); ++k)
        if (batch.column(c).size[k] > 0) rows[catalog.all[batch.column(c).series].metric].push_back(batch.row[k]);
  EXPECT_EQ(rows["throughput"], (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(rows["ttft"], (std::vector<std::uint32_t>{1}));
}

TEST(DocumentSources, SayOnceWhereRowsOfManyColumnsStand) {
  Sample sample(3'000);
  Table& table = sample.document.tables[0];
  const std::size_t columns = 2 * FactBatch::kColumns + 5;
  table.columns.assign(columns, Column(table.columns[0]));
  for (std::size_t c = 0; c < columns; ++c) table.columns[c].key = "a" + std::to_string(c);
  sample.meaning[0].columns.assign(columns, ColumnMeaning(sample.meaning[0].columns[0]));
  ListingCatalog catalog;
  DocumentSource source(sample.document, sample.meaning, {}, catalog, {});
  const auto reader = source.reader();
  FactBatch batch;
  std::size_t rows = 0;
  std::uint64_t numbers = 0;
  while (reader->next(batch).value()) {
    EXPECT_LE(batch.columns(), FactBatch::kColumns);
    rows += batch.places ? batch.count() : 0;
    numbers += batch.numbers();
  }
  EXPECT_EQ(rows, 3'000U);
  EXPECT_EQ(numbers, 3'000U * columns);
}

TEST(DocumentSources, NameOnlyThePlacesThatCannotBeComputed) {
  Sample sample(2);
  sample.document.tables[0].name = "/runs";
  sample.document.tables[0].rows[0].pointer = "/runs/0";
  sample.document.tables[0].rows[1].pointer = "/runs/last";
  ListingCatalog catalog;
  DocumentSource source(sample.document, sample.meaning, {}, catalog, {});
  ASSERT_EQ(catalog.places.size(), 1U);
  EXPECT_EQ(catalog.places[0].pointer, "/runs/last");
  EXPECT_EQ(catalog.places[0].row, 1U);
}

}  // namespace
}  // namespace chimera::core
