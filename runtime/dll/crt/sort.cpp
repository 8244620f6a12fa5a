// qsort, bsearch and the linear searches, whose comparison is the program's function: it may leave by an exception or
// longjmp, so nothing that needs cleaning up is alive while it runs, and the array is whole at every call.
// Sorting is quicksort by the median of three with insertion sort for short parts and heapsort when it degenerates.
#include <cstring>

#include "abi/exception.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

template <class Compare>
struct Sorter {
    size_t size;
    Compare compare;

    void swap(char* a, char* b) const {
        if (a == b) return;
        if (size == 8) {
            uint64_t x, y;
            memcpy(&x, a, 8);
            memcpy(&y, b, 8);
            memcpy(a, &y, 8);
            memcpy(b, &x, 8);
            return;
        }
        for (size_t i = 0; i < size; ++i) {
            char kept = a[i];
            a[i] = b[i];
            b[i] = kept;
        }
    }

    void insertion(char* low, char* high) const {
        for (char* i = low + size; i <= high; i += size)
            for (char* j = i; j > low && compare(j - size, j) > 0; j -= size) swap(j - size, j);
    }

    void sift(char* base, size_t root, size_t count) const {
        for (size_t child; (child = root * 2 + 1) < count; root = child) {
            if (child + 1 < count && compare(base + child * size, base + (child + 1) * size) < 0) ++child;
            if (compare(base + root * size, base + child * size) >= 0) return;
            swap(base + root * size, base + child * size);
        }
    }

    void heap(char* base, size_t count) const {
        for (size_t i = count / 2; i-- > 0;) sift(base, i, count);
        for (size_t end = count; end-- > 1;) {
            swap(base, base + end * size);
            sift(base, 0, end);
        }
    }

    // Puts the median of three first, then Hoare's partition around it; gives the pivot's place.
    char* partition(char* low, char* high) const {
        char* middle = low + (static_cast<size_t>(high - low) / size / 2) * size;
        if (compare(middle, low) < 0) swap(middle, low);
        if (compare(high, low) < 0) swap(high, low);
        if (compare(high, middle) < 0) swap(high, middle);
        swap(low, middle);
        char *left = low, *right = high + size;
        for (;;) {
            do left += size;
            while (left < high && compare(left, low) < 0);
            do right -= size;
            while (compare(right, low) > 0);
            if (left >= right) break;
            swap(left, right);
        }
        swap(low, right);
        return right;
    }

    void sort(char* low, char* high, int depth) const {
        while (low < high) {
            size_t count = static_cast<size_t>(high - low) / size + 1;
            if (count <= 12) return insertion(low, high);
            if (depth-- == 0) return heap(low, count);
            char* pivot = partition(low, high);
            // The smaller part by recursion keeps the stack shallow.
            if (pivot - low < high - pivot) {
                if (pivot > low) sort(low, pivot - size, depth);
                low = pivot + size;
            } else {
                sort(pivot + size, high, depth);
                if (pivot == low) return;
                high = pivot - size;
            }
        }
    }
};

template <class Compare>
void sort(void* base, size_t count, size_t size, Compare compare) {
    if (count < 2) return;
    int depth = 2 * (64 - __builtin_clzll(count));
    auto* low = static_cast<char*>(base);
    Sorter<Compare>{size, compare}.sort(low, low + (count - 1) * size, depth);
}

template <class Compare>
void* search(const void* base, size_t count, size_t size, Compare compare) {
    auto* low = static_cast<const char*>(base);
    while (count > 0) {
        const char* middle = low + count / 2 * size;
        int order = compare(middle);
        if (order == 0) return const_cast<char*>(middle);
        if (order > 0) {
            low = middle + size;
            --count;
        }
        count /= 2;
    }
    return nullptr;
}

template <class Compare>
void* find(const void* base, unsigned count, size_t size, Compare compare) {
    auto* at = static_cast<const char*>(base);
    for (unsigned i = 0; i < count; ++i, at += size)
        if (compare(at) == 0) return const_cast<char*>(at);
    return nullptr;
}

void* append(const void* key, void* base, unsigned* count, size_t size) {
    void* end = static_cast<char*>(base) + *count * size;
    memcpy(end, key, size);
    ++*count;
    return end;
}

bool usable(const void* base, size_t count, size_t size, bool has_compare) {
    return (base || count == 0) && size > 0 && has_compare;
}

}  // namespace

void clib::qsort(void* base, size_t count, size_t size, _compare compare) {
    if (!usable(base, count, size, compare)) {
        invalid();
        return;
    }
    sort(base, count, size, compare);
}

void clib::qsort_s(void* base, size_t count, size_t size, _compare_s compare, void* context) {
    if (!usable(base, count, size, compare)) {
        invalid();
        return;
    }
    sort(base, count, size, [=](const void* a, const void* b) { return compare(context, a, b); });
}

void* clib::bsearch(const void* key, const void* base, size_t count, size_t size, _compare compare) {
    if (!usable(base, count, size, compare)) return invalid(), nullptr;
    return search(base, count, size, [=](const void* element) { return compare(key, element); });
}

void* clib::bsearch_s(const void* key, const void* base, size_t count, size_t size, _compare_s compare,
                      void* context) {
    if (!usable(base, count, size, compare)) return invalid(), nullptr;
    return search(base, count, size, [=](const void* element) { return compare(context, key, element); });
}

void* clib::_lfind(const void* key, const void* base, unsigned* count, unsigned size, _compare compare) {
    if (!key || !count || !usable(base, *count, size, compare)) return invalid(), nullptr;
    return find(base, *count, size, [=](const void* element) { return compare(key, element); });
}

void* clib::_lfind_s(const void* key, const void* base, unsigned* count, size_t size, _compare_s compare,
                     void* context) {
    if (!key || !count || !usable(base, *count, size, compare)) return invalid(), nullptr;
    return find(base, *count, size, [=](const void* element) { return compare(context, key, element); });
}

void* clib::_lsearch(const void* key, void* base, unsigned* count, unsigned size, _compare compare) {
    if (!key || !count || !base || size == 0 || !compare) return invalid(), nullptr;
    void* found = _lfind(key, base, count, size, compare);
    return found ? found : append(key, base, count, size);
}

void* clib::_lsearch_s(const void* key, void* base, unsigned* count, size_t size, _compare_s compare,
                       void* context) {
    if (!key || !count || !base || size == 0 || !compare) return invalid(), nullptr;
    void* found = _lfind_s(key, base, count, size, compare, context);
    return found ? found : append(key, base, count, size);
}
