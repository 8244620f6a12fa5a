// What dll_boundary.cpp and shape_dll.cpp share.
#pragma once
#include <string>

#ifdef SHAPE_DLL
#define SHAPE_API __declspec(dllexport)
#else
#define SHAPE_API __declspec(dllimport)
#endif

struct SHAPE_API Shape {
    virtual ~Shape();
    virtual double area() const = 0;
    virtual std::string name() const;
};

struct SHAPE_API Square : Shape {
    explicit Square(double side);
    double area() const override;
    std::string name() const override;
    double side;
};

SHAPE_API Shape* make_square(double side);
SHAPE_API void call_back(void (*function)());
