// The DLL of dll_boundary.
#define SHAPE_DLL
#include "cxx/parts/shape.h"

#include <stdexcept>

Shape::~Shape() = default;
std::string Shape::name() const { return "shape"; }

Square::Square(double side) : side(side) {}
double Square::area() const { return side * side; }
std::string Square::name() const { return "square of " + std::to_string((int)side); }

Shape* make_square(double side) {
    if (side < 0) throw std::invalid_argument("negative");
    return new Square(side);
}

void call_back(void (*function)()) { function(); }
