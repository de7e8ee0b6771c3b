// xapian.cc - the same queries on Xapian: the weight of a term is its frequency in the document,
// its worth in the query its frequency there, and a Weight of our own multiplies the two.
//
// usage: xapian FOLDER    reads what ours.c wrote; 1: an answer differs
#include <xapian.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

class Product : public Xapian::Weight {
    double factor = 0;
    void init(double) override { factor = get_wqf(); }

public:
    Product()
    {
        need_stat(WDF);
        need_stat(WDF_MAX);
        need_stat(WQF);
    }
    Product *clone() const override { return new Product; }
    std::string name() const override { return "Product"; }
    std::string serialise() const override { return ""; }
    Product *unserialise(const std::string &) const override { return new Product; }
    double get_sumpart(Xapian::termcount wdf, Xapian::termcount, Xapian::termcount) const override
    {
        return wdf * factor;
    }
    double get_maxpart() const override { return get_wdf_upper_bound() * factor; }
    double get_sumextra(Xapian::termcount, Xapian::termcount) const override { return 0; }
    double get_maxextra() const override { return 0; }
};

struct Pair {
    std::string term;
    unsigned weight;
};

static std::vector<std::vector<Pair>> read(const std::string &path)
{
    std::ifstream in(path);
    std::vector<std::vector<Pair>> all;
    for (std::string line; std::getline(in, line);) {
        size_t from = line.find('\t') + 1, to = line.find('\t', from);
        std::istringstream words(line.substr(from, to - from));
        all.emplace_back();
        for (std::string w; words >> w;) {
            size_t colon = w.find(':');
            all.back().push_back({w.substr(0, colon), unsigned(std::stoul(w.substr(colon + 1)))});
        }
    }
    return all;
}

static double now_us()
{
    using namespace std::chrono;
    return duration<double, std::micro>(steady_clock::now().time_since_epoch()).count();
}

static void fill(Xapian::WritableDatabase &db, const std::vector<std::vector<Pair>> &docs)
{
    for (const auto &doc : docs) {
        Xapian::Document d;
        for (const Pair &p : doc)
            d.add_term(p.term, p.weight);
        db.add_document(d);
    }
    db.commit();
}

static std::string ask(Xapian::Database &db, size_t number, const std::vector<Pair> &terms,
                       double &us)
{
    std::vector<Xapian::Query> parts;
    for (const Pair &p : terms)
        parts.emplace_back(p.term, p.weight);
    double start = now_us();
    Xapian::Enquire enquire(db);
    enquire.set_weighting_scheme(Product());
    enquire.set_query(Xapian::Query(Xapian::Query::OP_OR, parts.begin(), parts.end()));
    Xapian::MSet found = enquire.get_mset(0, 10);
    us = now_us() - start;
    std::ostringstream out;
    out << number << '\t';
    for (auto i = found.begin(); i != found.end(); ++i)
        out << (i == found.begin() ? "" : " ") << *i - 1 << ':' << (unsigned long)i.get_weight();
    return out.str();
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    std::string folder = argv[1];
    auto docs = read(folder + "/candidates.tsv"), queries = read(folder + "/queries.tsv");
    std::ifstream answers(folder + "/answers.tsv"), ours(folder + "/ours_us");
    double base = 0, start = now_us();
    ours >> base;
    Xapian::WritableDatabase db(folder + "/xapian.db", Xapian::DB_CREATE_OR_OVERWRITE);
    fill(db, docs);
    double seconds = (now_us() - start) * 1e-6;
    std::vector<double> us(queries.size());
    size_t wrong = 0;
    for (size_t i = 0; i < queries.size(); i++) {
        std::string want, got;
        std::getline(answers, want);
        ask(db, i, queries[i], us[i]); // once to warm it
        got = ask(db, i, queries[i], us[i]);
        wrong += want != got;
    }
    std::sort(us.begin(), us.end());
    double p50 = us[(us.size() - 1) / 2], p99 = us[size_t(double(us.size() - 1) * .99)];
    std::printf("Xapian %s                   top-10 p50 %9.0f p99 %9.0f us, filled in %.0f s, "
                "%.0f times ours; %zu answers differ\n", Xapian::version_string(), p50, p99,
                seconds, p50 / base, wrong);
    return wrong != 0;
}
