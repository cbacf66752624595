#include "serve/guard.h"

#include <gtest/gtest.h>

namespace chimera::serve {
namespace {

Asked ask(std::string host, std::string origin = "", std::string method = "GET") { return {std::move(method), std::move(host), std::move(origin), "", "", ""}; }

TEST(Guard, LetsAddressesAndLocalhostIn) {
  for (const char* host : {"127.0.0.1:7411", "localhost:7411", "localhost", "[::1]:7411", "192.168.0.7:80"}) EXPECT_EQ(judge(ask(host), "").status, 0) << host;
}

TEST(Guard, RefusesNamesThatSomebodyElseMayOwn) {
  for (const char* host : {"evil.example", "evil.example:7411", "localhost.evil.example", "127.0.0.1.evil.example", "", "[", "0x7f000001", "1.2.3", "a:b"})
    EXPECT_EQ(judge(ask(host), "").status, 403) << host;
}

TEST(Guard, RefusesPagesOfOtherOrigins) {
  EXPECT_EQ(judge(ask("127.0.0.1:1", "http://127.0.0.1:1", "POST"), "").status, 0);
  for (const char* origin : {"http://evil.example", "null", "https://127.0.0.1:1", "http://127.0.0.1:2"}) EXPECT_EQ(judge(ask("127.0.0.1:1", origin, "POST"), "").status, 403) << origin;
  Asked navigation = ask("127.0.0.1:1", "", "POST");
  navigation.site = "cross-site";
  EXPECT_EQ(judge(navigation, "").status, 403);
}

TEST(Guard, AnswersThreeMethodsAlone) {
  for (const char* method : {"PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"}) EXPECT_EQ(judge(ask("localhost", "", method), "").status, 405) << method;
}

TEST(Guard, WantsTheTokenInHeaderOrCookie) {
  Asked asked = ask("127.0.0.1");
  EXPECT_EQ(judge(asked, "secret").status, 401);
  asked.authorization = "Bearer secret";
  EXPECT_EQ(judge(asked, "secret").status, 0);
  asked.authorization = "Bearer secre";
  EXPECT_EQ(judge(asked, "secret").status, 401);
  asked.cookie = "a=b; chimera_token=secret; c=d";
  EXPECT_EQ(judge(asked, "secret").status, 0);
  asked.cookie = "xchimera_token=secret";
  EXPECT_EQ(judge(asked, "secret").status, 401);
}

TEST(Guard, KnowsWhatOnlyThisMachineReaches) {
  for (const char* host : {"127.0.0.1", "127.1.2.3", "localhost", "::1"}) EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "127.evil.example", "", "localhost.evil"}) EXPECT_FALSE(is_loopback(host)) << host;
}

}  // namespace
}  // namespace chimera::serve
