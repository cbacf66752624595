#include "text/decode.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace chimera::text {
namespace {

constexpr std::size_t kListedInvalid = 100;
constexpr std::size_t kFewInvalid = 10;  // that many do not make a text binary, however short it is
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

unsigned byte_at(std::string_view bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

void append_utf8(std::string& text, char32_t code) {
  const auto put = [&](char32_t value) { text += static_cast<char>(static_cast<unsigned char>(value)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

// Collects decoded text together with the runs in which its offsets keep step with the source's.
class Output {
 public:
  explicit Output(Decoded& decoded) : decoded_(decoded) {}

  void append(std::string_view piece, std::uint64_t source, std::uint32_t source_size) {
    const auto size = static_cast<std::uint32_t>(piece.size());
    const bool in_step = !decoded_.segments.empty() && decoded_.segments.back().decoded_unit == size &&
                         decoded_.segments.back().source_unit == source_size && source == next_source_;
    if (!in_step) decoded_.segments.push_back({decoded_.text.size(), source, size, source_size});
    decoded_.text += piece;
    next_source_ = source + source_size;
  }

  void append(char32_t code, std::uint64_t source, std::uint32_t source_size) {
    piece_.clear();
    append_utf8(piece_, code);
    append(std::string_view(piece_), source, source_size);
  }

  void invalid(std::uint64_t source, std::uint32_t source_size) {
    if (decoded_.invalid.size() < kListedInvalid) decoded_.invalid.push_back(source);
    ++decoded_.invalid_count;
    append(kReplacement, source, source_size);
  }

 private:
  Decoded& decoded_;
  std::string piece_;
  std::uint64_t next_source_ = 0;
};

// ---- UTF-8 -----------------------------------------------------------------------------------------------------

std::size_t ascii_end(std::string_view bytes, std::size_t i) {
  constexpr std::uint64_t kHigh = 0x8080808080808080ULL;
  while (i + 8 <= bytes.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    if ((word & kHigh) != 0) break;
    i += 8;
  }
  while (i < bytes.size() && byte_at(bytes, i) < 0x80) ++i;
  return i;
}

// The length of the well-formed sequence at i (Unicode 15, table 3-7); 0 where there is none.
std::size_t sequence_length(std::string_view bytes, std::size_t i) {
  const unsigned lead = byte_at(bytes, i);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF ? 2 : lead >= 0xE0 && lead <= 0xEF ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
  if (length == 0 || i + length > bytes.size()) return 0;
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte_at(bytes, i + 1) < low || byte_at(bytes, i + 1) > high) return 0;
  for (std::size_t k = 2; k < length; ++k) {
    if ((byte_at(bytes, i + k) & 0xC0) != 0x80) return 0;
  }
  return length;
}

// Offset of the first byte that is not part of well-formed UTF-8; the size where all is.
std::size_t valid_utf8_end(std::string_view bytes, std::size_t i) {
  while (true) {
    i = ascii_end(bytes, i);
    if (i == bytes.size()) return i;
    const std::size_t length = sequence_length(bytes, i);
    if (length == 0) return i;
    i += length;
  }
}

// UTF-8 with some invalid bytes or NULs: each becomes U+FFFD.
void repair_utf8(std::string_view bytes, std::uint64_t shift, Decoded& decoded) {
  Output output(decoded);
  std::size_t i = 0;
  std::size_t nul = bytes.find('\0');
  while (i < bytes.size()) {
    if (nul < i) nul = bytes.find('\0', i);
    const std::size_t end = valid_utf8_end(bytes.substr(0, nul), i);
    if (end > i) {
      decoded.segments.push_back({decoded.text.size(), shift + i, 1, 1});
      decoded.text += bytes.substr(i, end - i);
    }
    if (end < bytes.size()) output.invalid(shift + end, 1);
    i = std::min(bytes.size(), end + 1);
  }
}

// ---- UTF-16 ----------------------------------------------------------------------------------------------------

enum class Order { little, big };

char32_t unit_at(std::string_view bytes, std::size_t i, Order order) {
  const unsigned first = byte_at(bytes, i);
  const unsigned second = byte_at(bytes, i + 1);
  return order == Order::little ? first | (second << 8) : (first << 8) | second;
}

// A line end that a program expanded bytewise, LF to CR LF, inside UTF-16: 0D 0A 00 in little, 00 0D 0A in big order.
// Read as units it would shift every byte behind it. U+0A0D, which it would be, is not assigned.
bool is_expanded_line_end(std::string_view bytes, std::size_t i, Order order) {
  return bytes.substr(i, 3) == (order == Order::little ? std::string_view("\x0D\x0A\x00", 3) : std::string_view("\x00\x0D\x0A", 3)) &&
         (order == Order::little || i + 3 == bytes.size() || byte_at(bytes, i + 3) == 0);
}

void decode_utf16(std::string_view bytes, std::uint64_t shift, Order order, Decoded& decoded) {
  Output output(decoded);
  decoded.text.reserve(bytes.size() / 2);
  std::size_t i = 0;
  while (i < bytes.size()) {
    const std::uint64_t source = shift + i;
    if (i + 1 == bytes.size()) {
      output.invalid(source, 1);
      return;
    }
    if (is_expanded_line_end(bytes, i, order)) {
      output.append(U'\n', source, 3);
      i += 3;
      continue;
    }
    const char32_t unit = unit_at(bytes, i, order);
    const bool pair = unit >= 0xD800 && unit <= 0xDBFF && i + 4 <= bytes.size();
    const char32_t low = pair ? unit_at(bytes, i + 2, order) : 0;
    if (pair && low >= 0xDC00 && low <= 0xDFFF) {
      output.append(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), source, 4);
      i += 4;
      continue;
    }
    if (unit >= 0xD800 && unit <= 0xDFFF) {
      output.invalid(source, 2);
    } else {
      output.append(unit, source, 2);
    }
    i += 2;
  }
}

// ---- what kind of bytes ----------------------------------------------------------------------------------------

struct Counts {
  std::size_t even_nuls = 0;  // at even offsets
  std::size_t odd_nuls = 0;
  std::size_t controls = 0;   // other than white space and escape
  std::size_t high = 0;       // 0x80 and above
  std::size_t cyrillic = 0;   // letters of windows-1251
  std::size_t pairs = 0;      // high bytes directly behind another
  std::size_t looked_at = 0;
};

// Whether these 64 bytes hold nothing that is counted. Without branches, so that the compiler takes many at a time.
bool is_plain(const char* bytes) {
  unsigned char other = 0;
  for (std::size_t i = 0; i < 64; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const auto from_space = static_cast<unsigned char>(byte - 0x20);  // below 0x5F: printable
    const auto from_tab = static_cast<unsigned char>(byte - 0x09);    // below 5: white space
    other = static_cast<unsigned char>(other | ((from_space >= 0x5F) & (from_tab >= 5)));
  }
  return other == 0;
}

// Of the first megabyte: enough to tell text from other things.
Counts count(std::string_view bytes) {
  Counts counts;
  counts.looked_at = std::min<std::size_t>(bytes.size(), 1U << 20U);
  for (std::size_t i = 0; i < counts.looked_at; ++i) {
    while (i % 64 == 0 && i + 64 <= counts.looked_at && is_plain(bytes.data() + i)) i += 64;
    if (i == counts.looked_at) break;
    const unsigned byte = byte_at(bytes, i);
    if (byte == 0) {
      ++(i % 2 == 0 ? counts.even_nuls : counts.odd_nuls);
    } else if ((byte < 0x20 && (byte < 0x09 || byte > 0x0D) && byte != 0x1B) || byte == 0x7F) {
      ++counts.controls;
    } else if (byte >= 0x80) {
      ++counts.high;
      if (byte >= 0xC0 || byte == 0xA8 || byte == 0xB8) ++counts.cyrillic;
      if (i > 0 && byte_at(bytes, i - 1) >= 0x80) ++counts.pairs;
    }
  }
  return counts;
}

bool is_much(std::size_t part, std::size_t whole) { return part * 50 > whole; }

// Bytes without a mark are UTF-16 where a third of the one half of them is NUL and hardly any of the other half.
bool looks_utf16(const Counts& counts, Order order) {
  const std::size_t high_half = order == Order::little ? counts.odd_nuls : counts.even_nuls;
  const std::size_t low_half = order == Order::little ? counts.even_nuls : counts.odd_nuls;
  return counts.looked_at >= 4 && high_half * 6 >= counts.looked_at && low_half * 20 <= high_half &&
         !is_much(counts.controls, counts.looked_at);
}

// The same where expanded line ends have moved the NULs from one half to the other and back.
bool is_half_nul(const Counts& counts) {
  return (counts.even_nuls + counts.odd_nuls) * 3 >= counts.looked_at && !is_much(counts.controls, counts.looked_at);
}

// Four NULs and more in a row are no text and no character of any encoding: they become blanks, byte by byte.
void blank_nuls(std::string& bytes, Decoded& decoded) {
  constexpr std::size_t kFewest = 4;
  for (std::size_t at = bytes.find('\0'); at != std::string::npos; at = bytes.find('\0', at)) {
    const std::size_t end = std::min(bytes.find_first_not_of('\0', at), bytes.size());
    if (end - at >= kFewest) {
      std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin() + static_cast<std::ptrdiff_t>(end), ' ');
      if (decoded.nuls == 0) decoded.first_nul = at;
      decoded.nuls += end - at;
    }
    at = end;
  }
}

// ---- legacy 8-bit encodings ------------------------------------------------------------------------------------

// The upper half, 0x80 to 0xBF, of each (www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS); 0 where undefined.
constexpr std::array<char16_t, 32> k1252 = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                            0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                            0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};
constexpr std::array<char16_t, 64> k1251 = {
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409, 0x2039, 0x040A, 0x040C, 0x040B, 0x040F,
    0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0,      0x2122, 0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F,
    0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6, 0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407,
    0x00B0, 0x00B1, 0x0406, 0x0456, 0x0491, 0x00B5, 0x00B6, 0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457};

char32_t code_1252(unsigned byte) { return byte < 0xA0 ? k1252[byte - 0x80] : byte; }
char32_t code_1251(unsigned byte) { return byte < 0xC0 ? k1251[byte - 0x80] : 0x0410 + (byte - 0xC0); }

void decode_legacy(std::string_view bytes, char32_t (*code_of)(unsigned), Decoded& decoded) {
  Output output(decoded);
  std::size_t i = 0;
  while (i < bytes.size()) {
    const std::size_t end = ascii_end(bytes, i);
    if (end > i) {
      decoded.segments.push_back({decoded.text.size(), i, 1, 1});
      decoded.text += bytes.substr(i, end - i);
    }
    if (end == bytes.size()) return;
    const char32_t code = code_of(byte_at(bytes, end));
    if (code == 0) {
      output.invalid(end, 1);
    } else {
      output.append(code, end, 1);
    }
    i = end + 1;
  }
}

// Invalid UTF-8 is a legacy encoding where the bytes that break it outnumber the sequences that do not: otherwise it
// is UTF-8 with damage.
bool looks_legacy(std::string_view bytes) {
  std::size_t broken = 0;
  std::size_t sequences = 0;
  std::size_t i = 0;
  while (i < bytes.size() && broken + sequences < 100'000) {
    i = ascii_end(bytes, i);
    if (i == bytes.size()) break;
    const std::size_t length = sequence_length(bytes, i);
    ++(length == 0 ? broken : sequences);
    i += std::max<std::size_t>(1, length);
  }
  return broken > sequences;
}

// The letters of both encodings share their bytes: Cyrillic text has whole words of them, Western text single accents.
void decode_8_bit(std::string_view bytes, const Counts& counts, Decoded& decoded) {
  const bool is_1251 = counts.cyrillic * 4 > counts.high * 3 && counts.pairs * 2 > counts.high;
  decoded.encoding = is_1251 ? "windows-1251" : "windows-1252";
  decode_legacy(bytes, is_1251 ? code_1251 : code_1252, decoded);
}

// A byte order mark, and one that went through a conversion from Latin-1 to UTF-8 while the rest did not grow by it.
bool decode_marked(std::string_view bytes, Decoded& decoded) {
  struct Mark {
    std::string_view bytes;
    Order order;
  };
  static constexpr std::array<Mark, 4> kMarks = {{{"\xFF\xFE", Order::little},
                                                  {"\xFE\xFF", Order::big},
                                                  {"\xC3\xBF\xC3\xBE", Order::little},
                                                  {"\xC3\xBE\xC3\xBF", Order::big}}};
  for (const Mark& mark : kMarks) {
    if (bytes.substr(0, mark.bytes.size()) != mark.bytes) continue;
    const std::string_view rest = bytes.substr(mark.bytes.size());
    if (mark.bytes.size() == 4 && !is_half_nul(count(rest))) continue;
    decoded.encoding = mark.order == Order::little ? "UTF-16LE" : "UTF-16BE";
    decoded.shift = mark.bytes.size();
    decode_utf16(rest, decoded.shift, mark.order, decoded);
    decoded.binary = is_much(decoded.invalid_count, rest.size() / 2 + kFewInvalid * 50);
    if (decoded.binary) decoded.text.clear();
    if (decoded.binary) decoded.segments.clear();
    return true;
  }
  return false;
}

}  // namespace

Decoded decode(std::string bytes) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  Decoded decoded;
  if (decode_marked(bytes, decoded)) return decoded;

  const Counts counts = count(bytes);
  for (const Order order : {Order::little, Order::big}) {
    if (!looks_utf16(counts, order)) continue;
    decoded.encoding = order == Order::little ? "UTF-16LE" : "UTF-16BE";
    decode_utf16(bytes, 0, order, decoded);
    return decoded;
  }
  decoded.encoding = "UTF-8";
  blank_nuls(bytes, decoded);
  const Counts left = decoded.nuls == 0 ? counts : count(bytes);
  // Blanks that were NULs do not make the rest a text.
  const std::size_t written = left.looked_at - (counts.even_nuls + counts.odd_nuls - left.even_nuls - left.odd_nuls);
  if (is_much(left.even_nuls + left.odd_nuls + left.controls, written)) {
    decoded.binary = true;
    return decoded;
  }
  decoded.shift = std::string_view(bytes).substr(0, kMark.size()) == kMark ? kMark.size() : 0;
  if (valid_utf8_end(bytes, 0) == bytes.size() && bytes.find('\0') == std::string::npos) {
    bytes.erase(0, decoded.shift);
    decoded.text = std::move(bytes);
    return decoded;
  }
  if (decoded.shift == 0 && looks_legacy(bytes)) {
    decode_8_bit(bytes, counts, decoded);
  } else {
    repair_utf8(std::string_view(bytes).substr(decoded.shift), decoded.shift, decoded);
  }
  return decoded;
}

std::vector<std::uint64_t> line_starts(std::string_view text) {
  std::vector<std::uint64_t> starts{0};
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  for (const char* p = begin; p != end;) {
    p = static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p)));
    if (p == nullptr) break;
    ++p;
    starts.push_back(static_cast<std::uint64_t>(p - begin));
  }
  return starts;
}

}  // namespace chimera::text
