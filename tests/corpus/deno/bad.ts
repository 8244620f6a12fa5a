const x: number = "s";
export   function  f( a:number ) {return a }
let  unused = 1
