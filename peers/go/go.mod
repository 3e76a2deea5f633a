module manyways/peers/go

go 1.19
